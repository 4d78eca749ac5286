"""adapters/terminal"""
