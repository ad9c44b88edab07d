"""The room: reads a draft and says what it thinks of it. Knows no chat platform."""
