"""storage/redis"""
