"""dialogs/stages"""
