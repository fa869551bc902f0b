// SPDX-License-Identifier: GPL-3.0-or-later
// What real shells make of filled templates. Each command is run with a plain value and with a nasty one;
// with the nasty one in place of the plain one, the arguments that its programs see must be the same.
#include "core/experiment/command_template.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>

using namespace widthwise;

namespace {

constexpr const char* plain = "Q7w";

const std::array<std::string, 23> nasty{
    "x;touch INJECTED",
    "it's",
    "$(touch INJECTED)",
    "`touch INJECTED`",
    "a ) touch INJECTED",
    "\"; touch INJECTED; \"",
    "'; touch INJECTED; '",
    "a\ntouch INJECTED\n",
    "E\ntouch INJECTED\nE",
    "\n\tE\n touch INJECTED",
    "\\",
    "\\\\\"\\'\\$",
    "$HOME ${HOME} $$ $((1+1))",
    "* ? [a-z] ~ !x {a,b}",
    "#comment 'open",
    ")",
    "esac",
    ";; esac )) } fi done",
    "-n",
    "2",
    "a=b",
    " \t leading and trailing \t ",
    "<<E >INJECTED <(touch INJECTED) & | touch INJECTED",
};

std::string filledWith(const std::string& command, const std::string& value)
{
    return fillCommand(command, [&](std::string_view) { return value; });
}

std::string word(const std::string& text)
{
    return filledWith("{v}", text);
}

std::string replaced(std::string text, const std::string& value)
{
    const std::string from = plain;
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + value.size()))
        text.replace(at, from.size(), value);
    return text;
}

/// `show` prints its arguments, and `take` what it reads, into a file beside the folder that it runs in.
constexpr const char* programs = "show() { printf '<%s>\\0' \"$@\" >>../log; printf '.\\0' >>../log; }\n"
                                 "take() { { cat; printf '\\0'; } >>../log; }\n";

class Shell {
public:
    explicit Shell(std::string name) : m_name(std::move(name)) {}

    /// What the programs of each command have seen. Each runs in an empty folder of its own.
    std::vector<std::string> run(const std::vector<std::string>& commands) const
    {
        const QTemporaryDir folder;
        const std::string root = folder.path().toStdString();
        std::ofstream script(root + "/script");
        for (std::size_t i = 0; i < commands.size(); ++i) {
            const std::string own = std::to_string(i);
            script << "mkdir -p " << own << "/in; cd " << own << "/in || exit; : >../log\n"
                   << "timeout 20 " << m_name << " -c " << word(programs + ("eval " + word(commands[i])))
                   << " </dev/null >/dev/null 2>&1\ncd ../..\n";
        }
        script.close();
        QProcess process;
        process.setWorkingDirectory(folder.path());
        process.start(QStringLiteral("sh"), {QStringLiteral("script")});
        if (!process.waitForFinished(600'000))
            throw std::runtime_error("a command does not end");
        std::vector<std::string> logs;
        for (std::size_t i = 0; i < commands.size(); ++i) {
            const std::string own = root + '/' + std::to_string(i);
            std::ifstream log(own + "/log");
            logs.emplace_back(std::istreambuf_iterator<char>(log), std::istreambuf_iterator<char>());
            if (std::filesystem::exists(own + "/in/INJECTED") || std::filesystem::exists(own + "/INJECTED"))
                logs.back() += "INJECTED";
        }
        return logs;
    }

private:
    std::string m_name;
};

/// A command that is well-formed.
class Grammar {
public:
    explicit Grammar(unsigned seed) : m_random(seed) {}

    std::string commands(int depth)
    {
        std::string text = command(depth);
        for (int i = below(3); i > 0; --i)
            text += oneOf({"\n", "; ", " && ", "\n# don't \"use\" `this {v} $(\n", " # it's {v}\n"}) +
                    command(depth);
        return text;
    }

private:
    int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(m_random); }
    std::string oneOf(std::initializer_list<const char*> texts)
    {
        return *(texts.begin() + below(static_cast<int>(texts.size())));
    }

    std::string command(int depth)
    {
        switch (depth > 0 ? below(10) : 0) {
        case 1:
            return "( " + commands(depth - 1) + " )";
        case 2:
            return "{{ " + commands(depth - 1) + "\n}}";
        case 3:
            return "case " + word(depth - 1) + " in (" + word(0) + ") " + commands(depth - 1) +
                   "\n;; b|c) ;; *) " + commands(depth - 1) + "\nesac";
        case 4:
            return "if show " + word(0) + "; then " + commands(depth - 1) + "\nfi";
        case 5:
            return "for i in " + word(depth - 1) + " " + word(0) + "; do show \"$i\"; done";
        case 6:
            return "take <<E; take <<-'F'; show " + word(0) + "\n" + lines("") + "E\n\ta $x `\n\tF\n";
        case 7:
            return "show $(take <<-E\n" + lines("\t") + "\tE\n) " + word(0);
        case 8:
            return "show " + word(depth) + " >" + word(0) + " " + word(0);
        default:
            return "show " + word(depth) + " \\\n " + word(depth) +
                   oneOf({"", " 2>&1", " >/dev/null", " | take", "2>/dev/null"});
        }
    }

    std::string word(int depth)
    {
        std::string text;
        for (int i = 1 + below(3); i > 0; --i)
            text += part(depth);
        return text;
    }

    std::string part(int depth)
    {
        switch (below(depth > 0 ? 9 : 7)) {
        case 0:
            return "--a=";
        case 1:
            return "\"" + oneOf({"", "'", "it's ", "\\\"", "\\\\", "$x ", "#"}) + "{v}" +
                   oneOf({"", "'", " b", "\\$"}) + "\"";
        case 2:
            return "'" + oneOf({"", "\"", "\\", "$(", "`", "# "}) + "{v}" + oneOf({"", "\"", " b"}) + "'";
        case 3:
            return oneOf({"\\'", "\\\"", "\\ ", "\\#", "a#b", "$1/", "'#'", "\\\n"}) + "b";
        case 7:
            return "\"$( " + commands(depth - 1) + "\n)\"";
        case 8:
            return "\"a $(show \"" + oneOf({"{v}", "$(show '{v}')", "it's {v}"}) + "\") '{v}'\"";
        default:
            return "{v}";
        }
    }

    std::string lines(const std::string& tabs)
    {
        std::string text;
        for (int i = below(4); i > 0; --i)
            text += tabs + oneOf({"", "a ", "'", "\"", "$x ", "\\$", "F"}) + "{v}" +
                    oneOf({"", "b", " '", "F", "\\\\"}) + "\n";
        return text;
    }

    std::mt19937 m_random;
};

/// Anything at all.
std::string noise(std::mt19937& random)
{
    constexpr std::array<const char*, 44> parts{
        "show ", "show ", "{v}", "{v}", "{v}", " ",     "\n", "\\",    "'",    "\"",   "`",
        "$",     "$(",    "(",   ")",   "${{", "}}",    "{{", "$((",   "))",   "<<E",  "<<-E",
        "<<'E'", "\nE\n", "E",   ";",   "&&",  "|",     ";;", "case ", " in ", "esac", "#",
        " # ",   "\\\n",  ">",   "<",   "2",   "take ", "$x", "[",     "]",    "~",    ","};
    std::string text;
    for (int i = std::uniform_int_distribution<int>(2, 14)(random); i > 0; --i)
        text += parts[std::uniform_int_distribution<std::size_t>(0, parts.size() - 1)(random)];
    return text;
}

} // namespace

class TestCommandTemplateShells : public QObject {
    Q_OBJECT

    std::mt19937 m_random{10};

    static void shells()
    {
        QTest::addColumn<std::string>("shell");
        for (const char* shell : {"dash", "bash", "bash --posix", "busybox sh", "ksh"}) {
            const QString program = QString::fromLatin1(shell).section(QChar(u' '), 0, 0);
            if (!QStandardPaths::findExecutable(program).isEmpty())
                QTest::newRow(shell) << std::string(shell);
        }
    }

    /// Runs each with the plain value and with a nasty one.
    void compare(const std::string& shell, const std::vector<std::string>& templates)
    {
        std::vector<std::string> commands;
        std::vector<std::string> values;
        for (const std::string& text : templates) {
            values.push_back(nasty[m_random() % nasty.size()]);
            commands.push_back(filledWith(text, plain));
            commands.push_back(filledWith(text, values.back()));
        }
        const std::vector<std::string> logs = Shell(shell).run(commands);
        for (std::size_t i = 0; i < templates.size(); ++i)
            QVERIFY2(logs[2 * i + 1] == replaced(logs[2 * i], values[i]),
                     ("template:\n" + templates[i] + "\nfilled:\n" + commands[2 * i + 1] + "\nsaw:\n" +
                      logs[2 * i + 1] + "\nexpected:\n" + replaced(logs[2 * i], values[i]))
                         .c_str());
    }

private Q_SLOTS:
    void aCommentDoesNotOpenQuotes_data() { shells(); }
    void aCommentDoesNotOpenQuotes()
    {
        QFETCH(std::string, shell);
        const std::string text = "# don't use the old data\nshow --tag {tag}";
        const auto logs = Shell(shell).run({filledWith(text, "x;touch INJECTED")});
        QCOMPARE(QByteArray::fromStdString(logs[0]), QByteArray("<--tag>\0<x;touch INJECTED>\0.\0", 29));
    }

    void everyValueArrivesInWellFormedCommands_data() { shells(); }
    void everyValueArrivesInWellFormedCommands()
    {
        QFETCH(std::string, shell);
        std::vector<std::string> templates;
        for (unsigned seed = 0; seed < 60; ++seed) {
            templates.push_back(Grammar(seed).commands(3));
            const auto problems = commandProblems(templates.back());
            QVERIFY2(problems.empty(),
                     (templates.back() + "\n" + (problems.empty() ? "" : problems[0].message)).c_str());
        }
        compare(shell, templates);
    }

    void whatIsNotRefusedIsSafe_data() { shells(); }
    void whatIsNotRefusedIsSafe()
    {
        QFETCH(std::string, shell);
        std::vector<std::string> templates;
        while (templates.size() < 150) {
            const std::string text = noise(m_random);
            if (text.find("{v}") != std::string::npos && commandProblems(text).empty())
                templates.push_back(text);
        }
        compare(shell, templates);
    }
};

QTEST_GUILESS_MAIN(TestCommandTemplateShells)
#include "tst_command_template_shells.moc"
