"""adapters/webchat"""
