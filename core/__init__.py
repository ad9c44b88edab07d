"""The room: reads a draft and says what it thinks of it. Knows no chat platform."""

import os

# onnxruntime sends usage data to its maker, looking up a host name at the first model that it loads, unless this is set
# before it is imported. Nothing leaves the house.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
