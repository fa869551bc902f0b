// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/ssh/pipe_prompter.h"

#include "core/host/ssh/ssh_session.h"
#include "core/host/ssh/wipe.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <stdexcept>

namespace widthwise {

namespace {

constexpr std::size_t longestAnswer = 64 * 1024;

/// False where the other end is gone, or writes what is no answer.
bool readLine(int socket, std::string& line)
{
    line.reserve(longestAnswer); // no copy of a secret is left where the string was before
    while (line.size() < longestAnswer) {
        char c = 0;
        const ssize_t count = recv(socket, &c, 1, 0);
        if (count < 0 && errno == EINTR)
            continue;
        if (count != 1)
            return false;
        if (c == '\n')
            return true;
        line += c;
    }
    return false;
}

} // namespace

PipePrompter::PipePrompter(int socket) : m_socket(socket)
{
    fcntl(m_socket, F_SETFD, FD_CLOEXEC);
}

bool PipePrompter::send(const LoginMessage& message) const
{
    const std::string line = loginLine(message);
    return ::send(m_socket, line.data(), line.size(), MSG_NOSIGNAL) == std::ssize(line);
}

LoginAnswer PipePrompter::ask(const LoginMessage& question, const std::string& host)
{
    std::string line;
    const Wiped wiped(line);
    if (!send(question) || !readLine(m_socket, line))
        throw PersonNeeded(host + " asks for what only a person can answer, and nobody is there any more");
    try {
        return readAnswerLine(line);
    } catch (const std::invalid_argument& error) {
        throw HostError(host + ": " + error.what());
    }
}

bool PipePrompter::acceptHostKey(const HostKeyQuestion& question)
{
    return ask(question, question.host) == trustAnswer;
}

std::optional<std::string> PipePrompter::secret(const SecretQuestion& question)
{
    LoginAnswer answer = ask(question, question.host);
    if (!answer)
        throw HostError(question.host + ": the login was called off");
    return answer;
}

void PipePrompter::loggedIn(const std::string& host)
{
    send(LoggedIn{host});
}

} // namespace widthwise
