"""The web server of a station."""
