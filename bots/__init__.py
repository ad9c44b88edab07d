"""The doors: Slack, Teams, the command line and HTTP. No judgement in here."""
