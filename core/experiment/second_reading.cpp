// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/second_reading.h"

#include <algorithm>
#include <array>
#include <string>

namespace widthwise {

namespace {

std::string withoutQuotes(std::string_view word)
{
    std::string result(word);
    std::erase_if(result, [](char c) { return c == '\'' || c == '"' || c == '\\'; });
    return result;
}

bool isShell(std::string_view program)
{
    constexpr std::array<std::string_view, 9> shells{"sh",  "bash", "dash", "ash",    "ksh",
                                                     "zsh", "mksh", "yash", "busybox"};
    return std::ranges::count(shells, program.substr(program.rfind('/') + 1)) > 0;
}

bool isInput(std::string_view file)
{
    constexpr std::array<std::string_view, 3> names{"/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"};
    return std::ranges::count(names, file) > 0;
}

bool readsAFile(std::string_view program)
{
    return program == "." || program == "source";
}

bool readsAllWords(std::string_view program)
{
    constexpr std::array<std::string_view, 4> programs{"eval", "trap", "ssh", "su"};
    return std::ranges::count(programs, program.substr(program.rfind('/') + 1)) > 0;
}

} // namespace

bool SecondReading::takes(std::string_view word, bool isProgram)
{
    const std::string text = withoutQuotes(word);
    if (m_state == State::All)
        return true;
    if (m_state == State::Options || m_state == State::OptionValue)
        return takesOfShell(text);
    if (isShell(text)) {
        m_state = State::Options;
        m_script = false;
    } else if (isProgram && readsAllWords(text)) {
        m_state = State::All;
    } else if (isProgram && readsAFile(text)) {
        m_state = State::File;
    } else if (m_state == State::File) {
        m_input = isInput(text);
        m_state = State::Words;
    }
    return false;
}

bool SecondReading::takesOfShell(std::string_view word)
{
    if (m_state == State::OptionValue) {
        m_state = State::Options;
        return false;
    }
    const bool isOption = word.size() > 1 && (word[0] == '-' || word[0] == '+');
    if (isOption && !word.starts_with("--")) {
        m_script = m_script || word.find('c') != std::string_view::npos;
        m_input = m_input || word.find('s') != std::string_view::npos;
        if (word.back() == 'o' || word.back() == 'O')
            m_state = State::OptionValue;
    }
    if (isOption || isShell(word)) // busybox sh
        return false;
    m_state = State::Words;
    m_input = m_input || (!m_script && isInput(word));
    return m_script;
}

} // namespace widthwise
