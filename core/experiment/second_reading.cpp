// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/second_reading.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace widthwise {

namespace {

constexpr const char* inScript =
    "a shell would read the value once more, as commands: hand it over as a word, as in sh -c 'train \"$1\"' "
    "sh {name}";
constexpr const char* inCode =
    "the value would become code of the program: hand it over as a word, as in python3 -c 'import sys; "
    "print(sys.argv[1])' {name}";

std::string_view nameOf(std::string_view program)
{
    return program.substr(program.rfind('/') + 1);
}

bool isShell(std::string_view program)
{
    constexpr std::array<std::string_view, 9> shells{"sh",  "bash", "dash", "ash",    "ksh",
                                                     "zsh", "mksh", "yash", "busybox"};
    return std::ranges::count(shells, nameOf(program)) > 0;
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

/// Programs that run their words as commands, with the options of theirs that have a value.
struct Runner {
    std::string_view name;
    std::string_view valued; ///< letters
};

constexpr std::array<Runner, 9> runners{{{"eval", ""},
                                         {"trap", ""},
                                         {"alias", ""},
                                         {"ssh", ""},
                                         {"su", ""},
                                         {"watch", "nq"},
                                         {"parallel", "jSDIaN"},
                                         {"tmux", "cefFLnsStTxy"},
                                         {"screen", "cehpsSTt"}}};

/// Programs that read code behind an option: one of these letters, or one of these words. `valued` are the
/// letters of options whose value is a word of its own.
struct Interpreter {
    std::string_view name;
    std::string_view letters;
    std::string_view words;
    std::string_view valued;
};

constexpr std::array<Interpreter, 12> interpreters{{{"script", "c", " --command ", "EIOBTmo"},
                                                    {"python", "c", "", "WX"},
                                                    {"pypy", "c", "", "WX"},
                                                    {"ipython", "c", "", ""},
                                                    {"perl", "eE", "", "I"},
                                                    {"ruby", "e", "", "ICEr"},
                                                    {"node", "ep", " --eval --print ", "rC"},
                                                    {"nodejs", "ep", " --eval --print ", "rC"},
                                                    {"lua", "e", "", "l"},
                                                    {"Rscript", "e", "", ""},
                                                    {"php", "r", " --run ", "cd"},
                                                    {"julia", "eE", " --eval --print ", "JLpt"}}};

/// Programs whose first word that is no option, number or assignment is a program again.
bool startsAnother(std::string_view program)
{
    constexpr std::array<std::string_view, 12> programs{"nohup",   "time",   "exec",   "command",
                                                        "builtin", "env",    "nice",   "timeout",
                                                        "sudo",    "setsid", "stdbuf", "ionice"};
    return std::ranges::count(programs, nameOf(program)) > 0;
}

bool isOfPrefix(std::string_view word)
{
    return word.starts_with('-') || word.find('=') != std::string_view::npos ||
           word.find_first_of("0123456789") == 0;
}

/// The options of perl and ruby that may stand before an e, as in -lane.
constexpr std::string_view clusters = "0123456789BEIOPRSTXabcdeilnpqsuvwx";

const Interpreter* interpreterOf(std::string_view program)
{
    std::string_view name = nameOf(program);
    if (name.starts_with("python") || name.starts_with("pypy") || name.starts_with("lua"))
        name = name.substr(0, std::min(name.find_first_of("0123456789."), name.size()));
    const auto* const found = std::ranges::find(interpreters, name, &Interpreter::name);
    return found == interpreters.end() ? nullptr : found;
}

const Runner* runnerOf(std::string_view program)
{
    const auto* const found = std::ranges::find(runners, nameOf(program), &Runner::name);
    return found == runners.end() ? nullptr : found;
}

} // namespace

std::string withoutQuotes(std::string_view word)
{
    std::string result(word);
    std::erase_if(result, [](char c) { return c == '\'' || c == '"' || c == '\\'; });
    return result;
}

const char* SecondReading::takes(std::string_view word, bool isProgram)
{
    const std::string text = withoutQuotes(word);
    switch (m_state) {
    case State::All:
        return takesOfAll(text) ? inScript : nullptr;
    case State::Options:
    case State::OptionValue:
        return takesOfShell(text) ? inScript : nullptr;
    case State::Option:
    case State::Code:
        return takesOfOption(text);
    case State::Done:
        return nullptr;
    default:
        return takesProgram(text, isProgram);
    }
}

const char* SecondReading::takesProgram(std::string_view word, bool isProgram)
{
    if (m_xargs)
        takesOfXargs(word);
    isProgram = isProgram || (m_prefix && !isOfPrefix(word));
    m_prefix = isProgram ? startsAnother(word) : m_prefix;
    if (isShell(word) || (isProgram && (word.starts_with('$') || word.starts_with('`')))) {
        m_maybe = !isShell(word);
        m_state = State::Options;
        m_script = false;
    } else if (isProgram && runnerOf(word) != nullptr) {
        m_state = State::All;
        m_program = nameOf(word);
    } else if (interpreterOf(word) != nullptr && (isProgram || word != "script")) {
        m_state = State::Option;
        m_program = nameOf(word);
    } else if (isProgram && readsAFile(word)) {
        m_state = State::File;
    } else if (isProgram && nameOf(word) == "xargs") {
        m_xargs = true;
    } else if (m_state == State::File) {
        m_input = isInput(word);
        m_state = State::Words;
    }
    return nullptr;
}

bool SecondReading::takesOfShell(std::string_view word)
{
    if (m_state == State::OptionValue) {
        m_state = State::Options;
        return false;
    }
    const bool isOption = word.size() > 1 && (word[0] == '-' || word[0] == '+');
    if (isOption && !word.starts_with("--")) {
        m_script = m_script || (word.find('c') != std::string_view::npos && !m_maybe) ||
                   (word.ends_with('c') && word.size() <= 4);
        m_input = m_input || (word.find('s') != std::string_view::npos && !m_maybe);
        if (word.back() == 'o' || word.back() == 'O')
            m_state = State::OptionValue;
    }
    if (isShell(word)) // busybox sh
        m_maybe = false;
    if (isOption || isShell(word))
        return false;
    m_state = m_maybe && !m_script ? State::Words : State::Done;
    m_input = m_input || (!m_script && !m_maybe && isInput(word)) ||
              (m_script && !m_mark.empty() && word.find(m_mark) != std::string_view::npos);
    return m_script;
}

/// The values of options are no commands.
bool SecondReading::takesOfAll(std::string_view word)
{
    const std::string_view valued = runnerOf(m_program)->valued;
    if (valued.empty())
        return true;
    const bool isValue = std::exchange(m_skips, false);
    if (m_program == "parallel" && word.starts_with(":::")) {
        m_state = State::Words; // quoted by it
        return false;
    }
    if (m_program == "watch" && (word == "-x" || word == "--exec")) {
        m_state = State::Words;
        return false;
    }
    const bool isOption = word.size() > 1 && word[0] == '-';
    m_skips = isOption && (word.starts_with("--") ? word == "--interval"
                                                  : valued.find(word.back()) != std::string_view::npos);
    return !isValue && !isOption;
}

const char* SecondReading::takesOfOption(std::string_view word)
{
    const Interpreter& program = *interpreterOf(m_program);
    const char* const reason = program.name == "script" ? inScript : inCode;
    if (std::exchange(m_skips, false))
        return nullptr;
    if (m_state == State::Code) {
        m_state = State::Option;
        m_input = m_input || (!m_mark.empty() && word.find(m_mark) != std::string_view::npos);
        return reason;
    }
    if (word.size() < 2 || word[0] != '-') {
        m_state = program.name == "script" ? State::Option : State::Words; // its file, and what that is told
        return nullptr;
    }
    m_skips = word.size() == 2 && program.valued.find(word[1]) != std::string_view::npos;
    if (m_skips)
        return nullptr;
    if (word.starts_with("--")) {
        const std::string_view name = word.substr(0, word.find('='));
        if (program.words.find(' ' + std::string(name) + ' ') == std::string_view::npos)
            return nullptr;
        if (name.size() < word.size())
            return reason;
        m_state = State::Code;
        return nullptr;
    }
    const std::size_t letter = word.find_first_of(program.letters, 1);
    if (letter == std::string_view::npos ||
        word.substr(1, letter - 1).find_first_not_of(clusters) != std::string_view::npos)
        return nullptr;
    if (letter + 1 < word.size())
        return reason; // the code itself, as in -cprint(1)
    m_state = State::Code;
    return nullptr;
}

/// `-I%`, `-I %`, `-i`: the mark in the words that follow.
void SecondReading::takesOfXargs(std::string_view word)
{
    if (std::exchange(m_skips, false))
        m_mark = word;
    else if (word == "-I" || word == "-J")
        m_skips = true;
    else if (word.starts_with("-I") || word.starts_with("-J"))
        m_mark = word.substr(2);
    else if (word == "-i" || word == "--replace")
        m_mark = "{}";
    else if (word.starts_with("--replace="))
        m_mark = word.substr(10);
    else if (word.starts_with("-i") && word.size() > 2)
        m_mark = word.substr(2);
}

} // namespace widthwise
