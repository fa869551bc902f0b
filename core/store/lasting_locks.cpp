// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/lasting_locks.h"

#include <sqlite3.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace widthwise {
namespace {

using Inode = std::pair<dev_t, ino_t>;
using SystemClose = int (*)(int);

SystemClose systemClose = nullptr; ///< as SQLite had it

int openFileCommand(int command)
{
    switch (command) {
    case F_SETLK:
        return F_OFD_SETLK;
    case F_SETLKW:
        return F_OFD_SETLKW;
    default:
        return F_OFD_GETLK;
    }
}

/// SQLite leaves l_pid as it is; these locks want 0 there.
int callOpenFileLock(int descriptor, int command, struct flock& lock)
{
    lock.l_pid = 0;
    return ::fcntl(descriptor, openFileCommand(command), &lock);
}

/// What this process has locked of one file: a descriptor that nobody else knows, closed with the last of
/// SQLite's.
class LockedFile {
public:
    explicit LockedFile(int descriptor) : m_own(reopened(descriptor)) {}
    ~LockedFile()
    {
        if (m_own < 0)
            return;
        // A child that is about to become another program may still have the descriptor, and with it the
        // locks.
        struct flock all {};
        all.l_type = F_UNLCK;
        all.l_whence = SEEK_SET;
        callOpenFileLock(m_own, F_SETLK, all);
        ::close(m_own);
    }
    LockedFile(const LockedFile&) = delete;
    LockedFile& operator=(const LockedFile&) = delete;

    /// As fcntl() on the descriptor of SQLite's that it was called with.
    int lock(int descriptor, int command, struct flock& lock) const
    {
        return m_own < 0 ? ::fcntl(descriptor, command, &lock) : callOpenFileLock(m_own, command, lock);
    }

private:
    /// -1 where such locks cannot be had: no /proc, an old kernel, a file system that refuses them. Closing
    /// here takes no record locks, for none were set yet.
    static int reopened(int descriptor)
    {
        const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
        int own = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
        if (own < 0) // another connection may have opened it for reading only, and so do we
            own = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        struct flock none {};
        none.l_type = F_UNLCK;
        none.l_whence = SEEK_SET;
        if (own >= 0 && callOpenFileLock(own, F_SETLK, none) != 0) {
            ::close(own);
            own = -1;
        }
        return own;
    }

    int m_own;
};

/// Which descriptors of SQLite's have locked which file. SQLite keeps one state of locks for each file and
/// sets them through any of its descriptors.
class LockedFiles {
public:
    std::shared_ptr<LockedFile> of(int descriptor)
    {
        const std::lock_guard lock(m_mutex);
        std::shared_ptr<LockedFile>& known = m_byDescriptor[descriptor];
        if (!known)
            known = byInode(descriptor);
        return known;
    }

    void forget(int descriptor)
    {
        std::shared_ptr<LockedFile> last; // closes after the mutex was let go
        const std::lock_guard lock(m_mutex);
        if (const auto known = m_byDescriptor.find(descriptor); known != m_byDescriptor.end()) {
            last = std::move(known->second);
            m_byDescriptor.erase(known);
        }
    }

private:
    std::shared_ptr<LockedFile> byInode(int descriptor)
    {
        std::erase_if(m_byInode, [](const auto& entry) { return entry.second.expired(); });
        struct stat status {};
        if (::fstat(descriptor, &status) != 0)
            return std::make_shared<LockedFile>(descriptor); // fcntl() will say what is wrong
        std::weak_ptr<LockedFile>& known = m_byInode[{status.st_dev, status.st_ino}];
        std::shared_ptr<LockedFile> file = known.lock();
        if (!file)
            known = file = std::make_shared<LockedFile>(descriptor);
        return file;
    }

    std::mutex m_mutex;
    std::map<int, std::shared_ptr<LockedFile>> m_byDescriptor;
    std::map<Inode, std::weak_ptr<LockedFile>> m_byInode;
};

/// Never destroyed: SQLite may close files while the process ends.
LockedFiles& lockedFiles()
{
    static auto& files = *new LockedFiles;
    return files;
}

extern "C" int lastingFcntl(int descriptor, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    const bool locks = command == F_SETLK || command == F_SETLKW || command == F_GETLK;
    auto* lock = locks ? va_arg(arguments, struct flock*) : nullptr;
    const int number = locks ? 0 : va_arg(arguments, int);
    va_end(arguments);
    return locks ? lockedFiles().of(descriptor)->lock(descriptor, command, *lock)
                 : ::fcntl(descriptor, command, number);
}

/// SQLite closes a descriptor only when none of its locks on that file is to stay.
extern "C" int lastingClose(int descriptor)
{
    lockedFiles().forget(descriptor);
    return systemClose(descriptor);
}

} // namespace

void makeLocksLast()
{
    static std::once_flag once;
    std::call_once(once, [] {
        sqlite3_vfs* unixFiles = sqlite3_vfs_find("unix");
        if (unixFiles == nullptr || unixFiles->iVersion < 3)
            return;
        systemClose = reinterpret_cast<SystemClose>(unixFiles->xGetSystemCall(unixFiles, "close"));
        const auto replace = [unixFiles](const char* name, auto* call) {
            unixFiles->xSetSystemCall(unixFiles, name, reinterpret_cast<sqlite3_syscall_ptr>(call));
        };
        replace("close", &lastingClose);
        replace("fcntl", &lastingFcntl);
    });
}

} // namespace widthwise
