// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace widthwise {

/// `word` as a shell hands it on where nothing in it is expanded: without its quotes.
std::string withoutQuotes(std::string_view word);

/// Follows the words of one simple command to tell which of them a program reads as commands once more: the
/// script behind `sh -c`, also where `srun` or `apptainer exec IMAGE` starts that shell, all words of `eval`,
/// `trap`, `alias`, `ssh`, `su`, `watch`, `parallel` and `tmux`, what `script -c` runs, and the code behind
/// `python3 -c`, `perl -e`, `ruby -e` and `node -e`.
class SecondReading {
public:
    /// Why no value can stand in `word`, as it is written and next in its command, as it is read once more;
    /// null where it is not. `isProgram`: it is where the command's program stands.
    const char* takes(std::string_view word, bool isProgram);

    /// Whether a shell has begun that would read its commands from the input.
    bool takesInput() const
    {
        return m_input || (m_state == State::Options && !m_script && !m_maybe) ||
               (m_xargs && m_script && m_state == State::Options);
    }

private:
    enum class State { Words, Options, OptionValue, File, All, Option, Code, Done };

    const char* takesProgram(std::string_view word, bool isProgram);
    bool takesOfShell(std::string_view word);
    bool takesOfAll(std::string_view word);
    const char* takesOfOption(std::string_view word);
    void takesOfXargs(std::string_view word);

    State m_state = State::Words;
    bool m_script = false; ///< the first word behind the shell's options is its script
    bool m_input = false;  ///< `sh -s`, `. /dev/stdin`
    bool m_maybe = false;  ///< the program is a variable, which may be a shell
    bool m_xargs = false;  ///< xargs hands over what it reads
    bool m_prefix = false; ///< as `nohup`: a program is to come
    bool m_skips = false;  ///< the next word is the value of an option
    std::string m_program; ///< in All, Option and Code, by its name alone
    std::string m_mark;    ///< what xargs replaces by what it reads
};

} // namespace widthwise
