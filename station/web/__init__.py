"""The operator's page: its source, and how it is served."""
