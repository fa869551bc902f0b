// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/command_template.h"

#include <QProcess>
#include <QTest>

#include <map>
#include <stdexcept>

using namespace widthwise;

namespace {

std::string filled(std::string_view command, const std::map<std::string, std::string, std::less<>>& values)
{
    return fillCommand(command, [&](std::string_view name) -> std::optional<std::string> {
        const auto value = values.find(name);
        return value == values.end() ? std::nullopt : std::optional(value->second);
    });
}

} // namespace

class TestCommandTemplate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fills_data()
    {
        QTest::addColumn<QByteArray>("command");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* command, const char* expected) {
            QTest::newRow(command) << QByteArray(command) << QByteArray(expected);
        };
        row("train --lr={lr} {opt}", "train --lr=0.1 adam");
        row("train --lr={lr} --m={absent} --n=1", "train --lr=0.1 --n=1");
        row("train --m={absent}", "train");
        row("train '--m={absent} x' y", "train y");
        row("awk '{{print $1}}' {opt}", "awk '{print $1}' adam");
        row("echo ${{HOME}} }", "echo ${HOME} }");
        row("echo {text}", "echo 'it'\\''s $5'");
        row("echo \"{text}\"", "echo \"it's \\$5\"");
        row("echo '{text}'", "echo 'it'\\''s $5'");
        row("echo {empty} \"{empty}\"", "echo '' \"\"");
        row("x a\\ {absent} b", "x b");
        row("# don't use {text}\ntrain {text}", "# don't use {text}\ntrain 'it'\\''s $5'");
        row("train a#b '#' {text}", "train a#b '#' 'it'\\''s $5'");
        row("\"$(x '{text}' \"{text}\")\"", "\"$(x 'it'\\''s $5' \"it's \\$5\")\"");
        row("x $(case a in (a) y {opt};; b) esac) {text}",
            "x $(case a in (a) y adam;; b) esac) 'it'\\''s $5'");
        row("cat <<EOF\n'{text}'\nEOF\nx '{text}'", "cat <<EOF\n'${x+}it's \\$5'\nEOF\nx 'it'\\''s $5'");
        row("x {lr}>f {lr}\\\n<g", "x '0.1'>f '0.1'\\\n<g");
        row("x {lr}2>f {lr}\\\n0\\\n1>f {lr}2 >f", "x '0.1'2>f '0.1'\\\n0\\\n1>f 0.12 >f");
        row("{opt} --x; {assignment} --x", "adam --x; 'a=b' --x");
        row("x {{{opt},b}}", "x {'adam',b}");
        row("sh -c 'y \"$1\"' sh {text}", "sh -c 'y \"$1\"' sh 'it'\\''s $5'");
        row("srun bash -o pipefail run.sh -c {lr}", "srun bash -o pipefail run.sh -c 0.1");
        row("bash -s {lr} <<'E'\ny $1\nE", "bash -s 0.1 <<'E'\ny $1\nE");
        row("sh -c 'y'; x -c {lr} eval {opt}", "sh -c 'y'; x -c 0.1 eval adam");
        row("eval=1 x {lr}", "eval=1 x 0.1");
    }
    void fills()
    {
        QFETCH(QByteArray, command);
        QFETCH(QByteArray, expected);
        QCOMPARE(
            filled(
                command.toStdString(),
                {{"lr", "0.1"}, {"opt", "adam"}, {"text", "it's $5"}, {"empty", ""}, {"assignment", "a=b"}}),
            expected.toStdString());
    }

    /// A parameter that a trial does not have takes along what is nothing without it.
    void absenceTakesItsOptionAlong_data()
    {
        QTest::addColumn<QByteArray>("command");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* command, const char* expected) {
            QTest::newRow(command) << QByteArray(command) << QByteArray(expected);
        };
        row("train --momentum {absent} --n 1", "train --n 1");
        row("train -m {absent} x", "train x");
        row("train --momentum \"{absent}\"", "train");
        row("train --momentum \\\n  {absent} x", "train x");
        row("train --momentum={absent} --n {lr}", "train --n 0.1");
        row("train --a --momentum {absent}", "train --a");
        row("train {absent} x", "train x");
        row("train --n=1 {absent}", "train --n=1");
        row("train -- {absent}", "train --");
        row("train - {absent}", "train -");
        row("train -3 {absent}", "train -3");
        row("train --{opt} {absent}", "train --adam");
        row("train --betas {absent} {absent} x", "train x");
        row("train --momentum; x {absent}", "train --momentum; x");
        row("train --momentum | {absent}", "train --momentum |");
        row("train >{absent} 2>>{absent} x", "train x");
        row("train 2> {absent}", "train");
        row("train --log >{absent}", "train --log");
        row("A={absent} train", " train");
        row("x=\"$(y --m {absent} z)\" w", "x=\"$(y z)\" w");
        row("x \"$(y {absent})-{absent}\" w", "x w");
        row("cat <<EOF\na{absent}b\nEOF", "cat <<EOF\na${x+}b\nEOF");
        row("x # --m {absent}", "x # --m {absent}");
    }
    void absenceTakesItsOptionAlong()
    {
        QFETCH(QByteArray, command);
        QFETCH(QByteArray, expected);
        QCOMPARE(filled(command.toStdString(), {{"lr", "0.1"}, {"opt", "adam"}}), expected.toStdString());
    }

    void refusesWhatCannotBeQuoted_data()
    {
        QTest::addColumn<QByteArray>("command");
        for (const char* command : {"x `y {v}`",
                                    "x \"`y {v}`\"",
                                    "x $((1 + {v}))",
                                    "x \"$(({v}))\"",
                                    "x $[{v}]",
                                    "((x = {v}))",
                                    "x ${{A:-{v}}}",
                                    "x \"${{A:-{v}}}\"",
                                    "x $A{v}",
                                    "x \"$A{v}\"",
                                    "x ${v}",
                                    "x $1{v}",
                                    "x \\{v}",
                                    "x \"\\{v}\"",
                                    "x $'{v}'",
                                    "x $'it\\'s' {v}",
                                    "x <<{v}",
                                    "x <<a{v}",
                                    "x <<'E'\n{v}\nE",
                                    "x <<\\E\n{v}\nE",
                                    "x <<-\"E\"\n\t{v}\n\tE",
                                    "x <<E\n$(y {v})\nE",
                                    "x <<E\n`y {v}`\nE",
                                    "x <<E\n\\{v}\nE",
                                    "x <<E\na\\\nE\ny {v}",
                                    "x \"{v}",
                                    "x '{v}",
                                    "x $(y {v}",
                                    "x <<E\n{v}",
                                    "a[{v}]=1",
                                    "x <<E\nE{v}\nE",
                                    "x \"${{A:-'}}\" {v}",
                                    "x $(cat <<E)\nE\ny {v}",
                                    "sh -c 'train {v}'",
                                    "sh -c \"train '{v}'\" x",
                                    "srun /bin/bash -e -o pipefail -lc \"train {v}\"",
                                    "apptainer exec a.sif \"bash\" -ec train\\ {v}",
                                    "busybox sh -c {v}",
                                    "A=1 eval train {v}",
                                    "if eval \"train {v}\"; then x; fi",
                                    "x && trap 'train {v}' EXIT",
                                    "ssh node train {v}",
                                    "bash <<E\ntrain {v}\nE",
                                    "<<E bash -s a\ntrain {v}\nE",
                                    "cat <<E | sh\ntrain {v}\nE",
                                    "cat <<E |\ntrain {v}\nE\nsh -e",
                                    "cat <<E | tee log | bash -s a\ntrain {v}\nE",
                                    "echo train {v} | sh",
                                    "echo train {v} |& bash",
                                    "echo train \"{v}\" | srun sh",
                                    "{{ echo a; echo {v}; }} | sh",
                                    "(echo {v}) | sh",
                                    "echo {v} | (cd x && sh)",
                                    "echo {v} | {{ cd x; sh; }}",
                                    "for i in 1 2; do echo {v}; done | sh",
                                    "case a in a) echo {v};; esac | sh",
                                    "if a; then echo {v}; fi | bash",
                                    "echo {v} |\n\nsh",
                                    "(sh) <<E\ntrain {v}\nE",
                                    "{{ cd x; sh; }} <<E\ntrain {v}\nE",
                                    "bash <<< {v}",
                                    "<<< \"train {v}\" bash",
                                    "sh /dev/stdin <<E\ntrain {v}\nE",
                                    ". /dev/stdin <<E\ntrain {v}\nE",
                                    "sh -c \"$(echo {v})\"",
                                    "eval \"$(echo {v})\""})
            QTest::newRow(command) << QByteArray(command);
    }
    void refusesWhatCannotBeQuoted()
    {
        QFETCH(QByteArray, command);
        const std::string text = command.toStdString();
        const auto problems = commandProblems(text);
        QCOMPARE(problems.size(), 1U);
        QVERIFY2(problems[0].message.find("{v} cannot stand here: ") == 0, problems[0].message.c_str());
        std::size_t place = text.find('{');
        for (std::size_t i = 0; i < problems[0].brace; ++i)
            place = text.find('{', place + 1);
        QCOMPARE(text.substr(place, 3), "{v}");
        QVERIFY_EXCEPTION_THROWN(filled(text, {{"v", "1"}}), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(placeholders(text), std::invalid_argument);
    }

    void noShellReadsThem_data()
    {
        QTest::addColumn<QByteArray>("command");
        for (const char* command :
             {"echo {v} | cat; sh x.sh", "echo {v} || sh", "echo {v} && sh", "echo {v}; true | sh",
              "echo {v}\ntrue | sh", "train {v} | tee log", "sh -s {v} <<'E'\ntrain \"$1\"\nE",
              "cat <<A; sh <<B\n{v}\nA\ntrue\nB", "echo {v} | sh x.sh", "echo {v} | sh -c 'cat'",
              "(sh x); echo {v} | cat", "{{ sh; }} <x; cat <<E\n{v}\nE", "if a; then sh; fi; echo {v} | cat"})
            QTest::newRow(command) << QByteArray(command);
    }
    void noShellReadsThem()
    {
        QFETCH(QByteArray, command);
        const auto problems = commandProblems(command.toStdString());
        QVERIFY2(problems.empty(), problems.empty() ? "" : problems[0].message.c_str());
    }

    void refusesAValueWithANul()
    {
        QVERIFY_EXCEPTION_THROWN(filled("x {v}", {{"v", std::string("a\0b", 3)}}), std::invalid_argument);
    }

    /// However deep, it ends.
    void readsWhatIsNestedDeeply()
    {
        for (const char* part : {"$(", "( ", "${{", "\"$(", "$((", "`", "case a in b) "}) {
            std::string command;
            for (int i = 0; i < 20'000; ++i)
                command += part;
            commandProblems(command + "{v}");
        }
    }

    /// Whatever the value and wherever it stands, the program sees exactly it.
    void theShellSeesTheValue_data()
    {
        QTest::addColumn<QByteArray>("value");
        for (const char* value :
             {"plain", "two words", "it's", "\"quoted\"", "$HOME `id` $(id)", "back\\slash", "a;b|c&",
              "*?[x]", "line\nbreak", "", "{brace}", "-n", "~", "!x"})
            QTest::newRow(value) << QByteArray(value);
    }
    void theShellSeesTheValue()
    {
        QFETCH(QByteArray, value);
        for (const char* command :
             {"printf %s {v}", "printf %s \"{v}\"", "printf %s '{v}'", "printf %s \"\"{v}''"}) {
            const std::string line = filled(command, {{"v", value.toStdString()}});
            QProcess shell;
            shell.start(QStringLiteral("sh"), {QStringLiteral("-c"), QString::fromStdString(line)});
            QVERIFY(shell.waitForFinished());
            QCOMPARE(shell.readAllStandardOutput(), value);
        }
    }

    void namesAreListed()
    {
        const std::vector<std::string> expected{"lr", "trial_dir", "lr"};
        QCOMPARE(placeholders("x {lr} {{no}} {trial_dir}/{lr} # {comment}"), expected);
    }

    void loneBracesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("command");
        for (const char* command : {"a {", "a {lr", "a {}", "a { lr }", "a {l{r}"})
            QTest::newRow(command) << QByteArray(command);
    }
    void loneBracesAreRefused()
    {
        QFETCH(QByteArray, command);
        QVERIFY_EXCEPTION_THROWN(placeholders(command.toStdString()), std::invalid_argument);
    }
};

QTEST_GUILESS_MAIN(TestCommandTemplate)
#include "tst_command_template.moc"
