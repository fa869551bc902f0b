// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/detached_process.h"

#include "core/host/host.h"

#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

namespace widthwise {

namespace {

/// What happens in the new process before it becomes the program. dup2 gives it the descriptor without this
/// process's close-on-exec, so that no other child gets hold of it.
class FileActions {
public:
    explicit FileActions(const DetachedProcess& process)
    {
        posix_spawn_file_actions_init(&m_actions);
        for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO})
            posix_spawn_file_actions_addopen(&m_actions, descriptor, "/dev/null", O_RDWR, 0);
        posix_spawn_file_actions_addopen(&m_actions, STDERR_FILENO, process.errors.c_str(),
                                         O_WRONLY | O_CREAT | O_TRUNC, 0644);
        if (process.inherited >= 0)
            posix_spawn_file_actions_adddup2(&m_actions, process.inherited, DetachedProcess::inheritedNumber);
    }
    ~FileActions() { posix_spawn_file_actions_destroy(&m_actions); }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;

    const posix_spawn_file_actions_t* get() const { return &m_actions; }

private:
    posix_spawn_file_actions_t m_actions{};
};

} // namespace

pid_t startDetached(const DetachedProcess& process)
{
    std::vector<std::string> words = process.arguments;
    std::vector<char*> pointers;
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);

    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF);
    sigset_t usual;
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE); // Qt ignores it
    posix_spawnattr_setsigdefault(&attributes, &usual);
    const FileActions actions(process);
    pid_t pid = 0;
    const int error =
        posix_spawn(&pid, process.program.c_str(), actions.get(), &attributes, pointers.data(), environ);
    posix_spawnattr_destroy(&attributes);
    if (error != 0)
        throw HostError(process.program + " could not be started: " + std::strerror(error));
    return pid;
}

} // namespace widthwise
