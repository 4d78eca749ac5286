"""Understanding: what a customer means, as typed commands; never an action or a sentence."""
