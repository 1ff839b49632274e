"""The training of apldm's embedded model, from painted landscapes to a folder in the layout of diffusers."""
