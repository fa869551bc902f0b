// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/second_reading.h"
#include "core/experiment/shell_places.h"

namespace widthwise {

/// Reads a shell script once from its beginning, for shellPlaces. Lists of commands and their words are in
/// shell_reader.cpp, quotes and expansions in shell_quotes.cpp, here-documents in here_documents.cpp.
class ShellReader {
public:
    explicit ShellReader(std::string_view text) : m_text(text), m_end(text.size()) {}
    std::vector<ShellPlace> read();

private:
    static constexpr std::size_t none = std::string_view::npos;

    enum class Case { Subject, In, Pattern, Body };
    enum class Keeps { Nothing, Word, Assignment };
    struct HereDocument {
        std::string delimiter;
        bool quoted = false;
        bool tabsGo = false;
        bool isScript = false; ///< of a shell
    };
    /// What was read before: so many places, and so many here-documents that wait for their lines.
    struct Mark {
        std::size_t places = 0;
        std::size_t documents = 0;
    };
    /// Whose commands share one input: a subshell, or what stands between `{`, `if`, `for`, … and their ends.
    struct Group {
        Mark pipeline;           ///< where the pipeline that is read begins
        bool piped = false;      ///< a `|` stands before the command that is read
        bool takesInput = false; ///< a shell in it reads its commands from the input of the group
    };
    /// A list of commands, up to the end or to the parenthesis that closes it.
    struct List {
        std::vector<Case> cases;        ///< that are open
        bool commandStarts = true;      ///< the next word is a reserved word, an assignment or a program
        std::size_t option = none;      ///< where the option before the next word begins
        std::size_t redirection = none; ///< where the redirection to the next word begins
        bool hereString = false;        ///< which is `<<<`
        bool begun = false;             ///< anything of the command that is read
        SecondReading reading;          ///< of that command
        bool takesInput = false;        ///< that command is a group that does
        Mark command;                   ///< where that command begins
        bool joined = false;            ///< behind `&&`, `|`, `if`, …: it has to be there
        bool constant = false;          ///< anything of it stays whatever values there are
        bool assigns = false;           ///< it has an assignment
        bool hasProgram = false;
        Keeps keeps = Keeps::Nothing; ///< what stays of a word of its program without its value
        std::vector<std::vector<std::size_t>> parts; ///< the places of each of its words and redirections
        std::vector<std::size_t> hereStrings;        ///< places in those of that command
        Group group;                                 ///< the innermost
        std::vector<Group> outer;                    ///< those around it
    };
    struct Word {
        std::size_t begin;
        std::size_t firstPlace;          ///< of all within it
        std::vector<std::size_t> values; ///< places within it, but for those within its own $(…)
    };

    bool list(bool closes, bool follows = false); ///< whether it was closed
    void finish(List& list);
    void refuseInput(List& list);
    void separate(List& list, bool pipes);
    void openGroup(List& list);
    static void closeGroup(List& list);
    bool closeParenthesis(List& list, bool closes);
    void openParenthesis(List& list);
    void endCommand(List& list);
    void redirect(List& list, std::size_t begin);
    void comment();
    void word(List& list);
    void readWord();
    void endWord(List& list, const Word& word);
    void takePart(List& list, const Word& word, bool redirects, std::string_view text);
    void keep(const Word& word, const std::string& instead);
    static Keeps keptBy(std::string_view program);
    bool mayBeEmpty(const List& list) const;
    void settle(List& list);
    void takeGroup(List& list, std::string_view text);
    static bool takeReserved(List& list, std::string_view text);

    void startHereDocument();
    void readHereDocuments();
    void readBody(const HereDocument& document);

    void singleQuotes();
    void doubleQuotes();
    void backquotes();
    void dollarQuotes();
    void escape();
    void dollar(bool quoted);
    void variable(std::size_t place);
    void substitution();
    void braces(bool quoted);
    void arithmetic(char opening, char closing, int depth);
    void part(char c, bool quoted); ///< what means the same within "…", ${…} and arithmetic

    void value(ShellPlace::Kind kind);
    void describePlain(ShellPlace& place) const;
    static void refuse(ShellPlace& place, const char* reason);
    void refuseNext(const char* reason);
    /// From here on shells differ, or nothing is sure: no value can be put there any more.
    void lose(std::string reason);
    void unclosed(std::size_t firstPlace, const std::string& what);
    bool isTooDeep();

    Mark here() const { return {m_places.size(), m_documents.size()}; }
    /// The place at or after `place` where no line is continued by a backslash.
    std::size_t joined(std::size_t place) const;
    char at(std::size_t place) const { return place < m_end ? m_text[place] : '\n'; }
    bool done() const { return m_at >= m_end; }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::size_t m_end;
    std::vector<ShellPlace> m_places;
    std::vector<HereDocument> m_documents; ///< whose lines follow the next newline
    Word* m_word = nullptr;
    const List* m_list = nullptr;
    bool m_tookInput = false;       ///< the list that was read last, its shells
    const char* m_barred = nullptr; ///< why no value can stand within what is open
    std::size_t m_commands = 0;     ///< of which nothing may be left
    std::string m_lost;
    int m_depth = 0;
};

} // namespace widthwise
