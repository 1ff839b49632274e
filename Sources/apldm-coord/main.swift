print("apldm-coord")
