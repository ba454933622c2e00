"""Values: what the library talks about, without behaviour that needs anything but the value itself."""
