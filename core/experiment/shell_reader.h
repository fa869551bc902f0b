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
    struct HereDocument {
        std::string delimiter;
        bool quoted = false;
        bool tabsGo = false;
        bool isScript = false; ///< of a shell
    };
    /// A list of commands, up to the end or to the parenthesis that closes it.
    struct List {
        std::vector<Case> cases;        ///< that are open
        bool commandStarts = true;      ///< the next word is a reserved word, an assignment or a program
        std::size_t option = none;      ///< where the option before the next word begins
        std::size_t redirection = none; ///< where the redirection to the next word begins
        SecondReading reading;          ///< of the command that is read
    };
    struct Word {
        std::size_t begin;
        std::vector<std::size_t> values; ///< places within it, but for those within its own $(…)
    };

    bool list(bool closes); ///< whether it was closed
    void operate(List& list);
    bool closeParenthesis(List& list, bool closes);
    void openParenthesis(List& list);
    void endCommand(List& list);
    void redirect(List& list, std::size_t begin);
    void comment();
    void word(List& list);
    void readWord();
    void endWord(List& list, const Word& word);
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
    const char* m_barred = nullptr; ///< why no value can stand within what is open
    std::string m_lost;
    int m_depth = 0;
};

} // namespace widthwise
