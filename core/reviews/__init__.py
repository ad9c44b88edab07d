"""Reviews: an author asks people about a draft; the request, their decisions, and the messages these call for."""
