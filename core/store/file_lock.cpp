// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/file_lock.h"

#include "core/store/database.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

namespace widthwise {

using namespace std::chrono_literals;

namespace {

constexpr auto patience = 5s; ///< with the children of a holder that is dead
constexpr auto pause = 5ms;

/// The file may have been removed: by its last holder between open and flock, or by a person.
bool isStillAt(int file, const std::string& path)
{
    struct stat held {};
    struct stat present {};
    return fstat(file, &held) == 0 && stat(path.c_str(), &present) == 0 && held.st_ino == present.st_ino &&
           held.st_dev == present.st_dev;
}

/// The holder is named in the file. What it says is a hint only: a full disk may have kept it from that.
void nameHolder(int file)
{
    const std::string pid = std::to_string(getpid());
    [[maybe_unused]] const bool named =
        ftruncate(file, 0) == 0 && pwrite(file, pid.data(), pid.size(), 0) > 0;
}

/// The process that took the lock is no more: a child of it holds what it inherited until its exec.
bool holderIsDead(int file)
{
    std::array<char, 32> text{};
    const ssize_t size = pread(file, text.data(), text.size(), 0);
    pid_t pid = 0;
    return size > 0 && std::from_chars(text.data(), text.data() + size, pid).ec == std::errc() && pid > 0 &&
           kill(pid, 0) != 0 && errno == ESRCH;
}

} // namespace

bool FileLock::take(const std::string& path)
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (true) {
        const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (file < 0)
            throw StoreError(errno == ENOSPC ? StoreError::Kind::Full : StoreError::Kind::Other,
                             path + ": the lock file cannot be created (" + std::strerror(errno) +
                                 "); check that its folder may be written");
        const bool locked = flock(file, LOCK_EX | LOCK_NB) == 0;
        if (locked && isStillAt(file, path)) {
            nameHolder(file);
            m_path = path;
            m_file = file;
            return true;
        }
        const bool mayWait = !locked && holderIsDead(file) && std::chrono::steady_clock::now() < deadline;
        ::close(file);
        if (!locked && !mayWait)
            return false;
        if (mayWait)
            std::this_thread::sleep_for(pause);
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
