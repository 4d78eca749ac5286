"""dialogs/understanding"""
