"""Files and folders: mapped reads, atomic writes, scratch files, private state and locks; imports runtime and errors."""
