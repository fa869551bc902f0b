// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/file_lock.h"

#include "core/store/database.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace widthwise {
namespace {

/// The file may have been removed: by its last holder between open and flock, or by a person.
bool isStillAt(int file, const std::string& path)
{
    struct stat held {};
    struct stat present {};
    return fstat(file, &held) == 0 && stat(path.c_str(), &present) == 0 && held.st_ino == present.st_ino &&
           held.st_dev == present.st_dev;
}

} // namespace

bool FileLock::take(const std::string& path)
{
    while (true) {
        const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (file < 0)
            throw StoreError(errno == ENOSPC ? StoreError::Kind::Full : StoreError::Kind::Other,
                             path + ": the lock file cannot be created (" + std::strerror(errno) +
                                 "); check that its folder may be written");
        const bool locked = flock(file, LOCK_EX | LOCK_NB) == 0;
        if (locked && isStillAt(file, path)) {
            m_path = path;
            m_file = file;
            return true;
        }
        ::close(file);
        if (!locked)
            return false;
    }
}

void FileLock::release()
{
    if (m_file < 0)
        return;
    if (isStillAt(m_file, m_path)) // else another process's lock lies there now
        ::unlink(m_path.c_str());
    ::close(m_file);
    m_file = -1;
}

} // namespace widthwise
