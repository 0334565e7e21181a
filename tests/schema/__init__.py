"""Requests made from the OpenAPI document, by the thousand, against a real server."""
