"""Importing this switches Rasa's telemetry off, before `rasa train` or `rasa run` can send anything.

It works at import because Rasa imports a pipeline's components, and the tracker store, before it sends its first event.
"""

import os

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
