// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace widthwise::test {

/// A lock as /proc/locks tells it.
struct KernelLock {
    std::string kind; ///< OFDLCK: of an open file description; POSIX: a record lock, of a process; FLOCK
    std::string mode; ///< READ or WRITE
    std::string first, last;
    bool operator==(const KernelLock&) const = default;
};

/// All locks on the file, of whichever process; waiting ones left out.
inline std::vector<KernelLock> locksOn(const std::string& file)
{
    struct stat status {};
    if (stat(file.c_str(), &status) != 0)
        return {};
    std::vector<KernelLock> locks;
    std::ifstream table("/proc/locks");
    for (std::string line; std::getline(table, line);) {
        std::istringstream words(line);
        std::string number, advisory, process, inode;
        KernelLock lock;
        words >> number >> lock.kind >> advisory >> lock.mode >> process >> inode >> lock.first >> lock.last;
        unsigned major = 0, minor = 0;
        unsigned long long node = 0;
        char colon = 0;
        std::istringstream place(inode);
        place >> std::hex >> major >> colon >> minor >> colon >> std::dec >> node;
        if (lock.kind != "->" && node == status.st_ino && makedev(major, minor) == status.st_dev)
            locks.push_back(lock);
    }
    return locks;
}

} // namespace widthwise::test
