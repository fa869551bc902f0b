// SPDX-License-Identifier: GPL-3.0-or-later
#include "mastered_ssh.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace widthwise::bench {

MasteredSsh::MasteredSsh(const std::string& config, const std::string& socket)
    : m_options{"ssh", "-F", config, "-S", socket}
{
    call({"-M", "-N", "-f", "-o", "ControlPersist=yes", "cluster"});
}

MasteredSsh::~MasteredSsh()
{
    succeeds({"-q", "-O", "exit", "cluster"});
}

void MasteredSsh::call(const std::vector<std::string>& arguments) const
{
    if (!succeeds(arguments))
        throw std::runtime_error("ssh failed: " + arguments.back());
}

/// Without a shell in between, which would take time too.
bool MasteredSsh::succeeds(const std::vector<std::string>& arguments) const
{
    std::vector<std::string> texts = m_options;
    texts.insert(texts.end(), arguments.begin(), arguments.end());
    std::vector<char*> words;
    for (std::string& text : texts)
        words.push_back(text.data());
    words.push_back(nullptr);

    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t process = 0;
    int status = 0;
    const bool succeeded = posix_spawnp(&process, words[0], &files, nullptr, words.data(), environ) == 0 &&
                           waitpid(process, &status, 0) == process && status == 0;
    posix_spawn_file_actions_destroy(&files);
    return succeeded;
}

} // namespace widthwise::bench
