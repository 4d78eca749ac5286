"""bots/verticals"""
