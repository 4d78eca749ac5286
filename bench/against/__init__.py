"""The same script on other libraries: `python -m bench.against` measures them and Frontdesk in one run."""
