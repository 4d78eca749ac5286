"""Channels: one folder each, requests in, platform messages out."""
