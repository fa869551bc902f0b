// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace widthwise {

/// Follows the words of one simple command to tell which of them a program reads as shell commands once more:
/// the script behind `sh -c`, also where `srun` or `apptainer exec IMAGE` starts that shell, and all words of
/// `eval`, `trap`, `ssh` and `su`.
class SecondReading {
public:
    /// Whether `word`, as it is written and next in its command, is read once more. `isProgram`: it is where
    /// the command's program stands.
    bool takes(std::string_view word, bool isProgram);

    /// Whether a shell has begun that would read its commands from the input.
    bool takesInput() const { return m_input || (m_state == State::Options && !m_script); }

private:
    enum class State { Words, Options, OptionValue, File, All };

    bool takesOfShell(std::string_view word);

    State m_state = State::Words;
    bool m_script = false; ///< the first word behind the shell's options is its script
    bool m_input = false;  ///< `sh -s`, `. /dev/stdin`
};

} // namespace widthwise
