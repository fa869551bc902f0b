// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/terminal_prompter.h"

#include "app/ctl/terminal.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace widthwise::ctl {

namespace {

/// Nothing that is typed is shown while it lives.
class Unseen {
public:
    explicit Unseen(int terminal) : m_terminal(terminal)
    {
        tcgetattr(m_terminal, &m_before);
        termios now = m_before;
        now.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(m_terminal, TCSAFLUSH, &now);
    }
    ~Unseen() { tcsetattr(m_terminal, TCSAFLUSH, &m_before); }
    Unseen(const Unseen&) = delete;
    Unseen& operator=(const Unseen&) = delete;

private:
    int m_terminal;
    termios m_before{};
};

} // namespace

TerminalPrompter::TerminalPrompter()
    : m_terminal(isatty(STDIN_FILENO) != 0 ? open("/dev/tty", O_RDWR | O_CLOEXEC) : -1)
{
}

TerminalPrompter::~TerminalPrompter()
{
    if (m_terminal >= 0)
        close(m_terminal);
}

void TerminalPrompter::say(const std::string& text) const
{
    [[maybe_unused]] const ssize_t written = write(m_terminal, text.data(), text.size());
}

std::optional<std::string> TerminalPrompter::line() const
{
    std::string text;
    for (char c = 0; read(m_terminal, &c, 1) == 1;) {
        if (c == '\n')
            return text;
        text += c;
    }
    return std::nullopt;
}

bool TerminalPrompter::acceptHostKey(const HostKeyQuestion& question)
{
    say(question.host + " was never seen before. It shows the key\n  " + question.keyType + " " +
        question.fingerprint + "\nIs it the one that the site publishes? Type yes to trust it: ");
    return line() == "yes";
}

std::optional<std::string> TerminalPrompter::secret(const SecretQuestion& question)
{
    if (question.again)
        say("That was not right.\n");
    if (!question.instruction.empty())
        say(printable(question.instruction) + "\n");
    const bool isKey = question.kind == SecretQuestion::Kind::Passphrase;
    std::optional<Unseen> unseen; // before the question: what is typed already would be shown, and lost
    if (!question.echo)
        unseen.emplace(m_terminal);
    say(question.host + ": " + (isKey ? "passphrase of " : "") + printable(question.prompt) +
        (isKey || question.kind == SecretQuestion::Kind::Password ? ": " : " "));
    const auto answer = line();
    if (question.echo)
        return answer;
    say("\n");
    return answer && !answer->empty() ? answer : std::nullopt;
}

} // namespace widthwise::ctl
