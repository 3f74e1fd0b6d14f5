"""What is not software: wire, NIC, and the CPU as interrupts see it."""
