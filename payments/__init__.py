"""Payment gateways, one file each; none is connected yet."""
