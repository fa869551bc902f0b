// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/command_template.h"

#include <QProcess>
#include <QTest>

#include <algorithm>
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
        row("train '-a' {absent} x", "train x");
        row("train \"--momentum\" {absent}", "train");
        row("M={absent}; echo l=1", "M=; echo l=1");
        row("A={lr} M=\"{absent}x\" && train", "A=0.1 M= && train");
        row("if M={absent}; then x; fi", "if M=; then x; fi");
        row("A=1 M={absent}; x", "A=1 M=; x");
        row("A={absent} >{lr}", "A= >0.1");
        row("export M={absent} N=1; train", "export M= N=1; train");
        row("case {absent} in a) x;; esac", "case '' in a) x;; esac");
        row("case \"{absent}\" in a|{absent}) x;; esac", "case '' in a|'') x;; esac");
        row("[ {absent} = 3 ] && x", "[ '' = 3 ] && x");
        row("if test -n \"{absent}\"; then x; fi", "if test -n ''; then x; fi");
        row("[ 3 = {absent} ] || x {absent}", "[ 3 = '' ] || x");
    }
    void absenceTakesItsOptionAlong()
    {
        QFETCH(QByteArray, command);
        QFETCH(QByteArray, expected);
        QCOMPARE(filled(command.toStdString(), {{"lr", "0.1"}, {"opt", "adam"}}), expected.toStdString());
    }

    /// What is left of each is read by a real shell.
    void whatIsLeftIsStillACommand()
    {
        for (const char* command :
             {"M={v}; echo", "case {v} in a) ;; esac", "[ {v} = 3 ]; echo", "{{ M={v}; }}", "(M={v})",
              "{v}\necho", "echo $({v})", "for i in {v}; do echo; done", "case a in a) {v};; esac",
              "echo; {v}\n", "echo &&\nM={v}"}) {
            const auto problems = absenceProblems(command, [](std::string_view) { return true; });
            QVERIFY2(problems.empty(), command);
            QProcess shell;
            shell.start(QStringLiteral("sh"), {QStringLiteral("-n"), QStringLiteral("-c"),
                                               QString::fromStdString(filled(command, {}))});
            QVERIFY(shell.waitForFinished());
            QVERIFY2(shell.exitCode() == 0 && shell.readAllStandardError().isEmpty(), command);
        }
    }

    void refusesWhereNothingWouldBeLeft_data()
    {
        QTest::addColumn<QByteArray>("command");
        for (const char* command :
             {"a && {v} || b", "{v}; echo", "if {v}; then x; fi", "if\n{v}\nthen x; fi", "! {v}",
              "{{ {v}; }}", "({v})", "a | {v}", "{v} | a", "a &&\n{v}", "while {v}; do x; done", "{v} & x",
              ">{v}; x", "'{v}'; x", "a || \"{v}\""})
            QTest::newRow(command) << QByteArray(command);
    }
    void refusesWhereNothingWouldBeLeft()
    {
        QFETCH(QByteArray, command);
        const std::string text = command.toStdString();
        const auto isV = [](std::string_view name) { return name == "v"; };
        const auto problems = absenceProblems(text, isV);
        QCOMPARE(problems.size(), 1U);
        QVERIFY2(problems[0].message.ends_with("as in command {v}"), problems[0].message.c_str());
        QCOMPARE(problems[0].brace,
                 static_cast<std::size_t>(std::count(
                     text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.find("{v}")), '{')));
        QVERIFY(absenceProblems(text, [](std::string_view) { return false; }).empty());
        QProcess shell;
        shell.start(QStringLiteral("sh"),
                    {QStringLiteral("-n"), QStringLiteral("-c"), QString::fromStdString(filled(text, {}))});
        QVERIFY(shell.waitForFinished());
        QVERIFY2(shell.exitCode() != 0, filled(text, {}).c_str());
    }

    void aWordThatStaysIsEnough()
    {
        const auto both = [](std::string_view) { return true; };
        const auto first = [](std::string_view name) { return name == "a"; };
        QVERIFY(absenceProblems("{a} {b} && x", first).empty());
        QVERIFY(absenceProblems("{a} --x {a} && x", first).empty());
        QCOMPARE(absenceProblems("{a} {b} && x", both).size(), 2U);
        QVERIFY(absenceProblems("A={a} {b} && x", first).empty());
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
                                    "x $(cat <<E)\nE\ny {v}"})
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

    void refusesWhatAnotherProgramReads_data()
    {
        QTest::addColumn<QByteArray>("command");
        for (const char* command : {"sh -c 'train {v}'",
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
                                    "eval \"$(echo {v})\"",
                                    "script -c \"train {v}\" /dev/null",
                                    "script -qec \"train {v}\" /dev/null",
                                    "script -q --command \"train {v}\"",
                                    "script --command=\"train {v}\"",
                                    "tmux new -d \"train {v}\"",
                                    "tmux new-session -d -s {{x}} 'train {v}'",
                                    "watch {v}",
                                    "watch -n 1 train {v}",
                                    "nohup watch train {v}",
                                    "timeout 10s ssh node {v}",
                                    "parallel train {v} ::: 1 2",
                                    "parallel -j 2 \"train {v}\" ::: 1 2",
                                    "alias x=\"train {v}\"",
                                    "echo {v} | xargs -I% sh -c 'train %'",
                                    "echo {v} | xargs -I % sh -c 'train %'",
                                    "echo {v} | xargs -I{{}} bash -ec \"train {{}}\"",
                                    "echo {v} | xargs -i sh -c 'train {{}}'",
                                    "echo {v} | xargs sh -c",
                                    "echo {v} | xargs -I% python3 -c 'print(%)'",
                                    "S=sh; $S -c \"train {v}\"",
                                    "\"${{SHELL}}\" -lc \"train {v}\"",
                                    "$(which sh) -c 'train {v}'",
                                    "$LAUNCHER -n 1 sh -c 'train {v}'",
                                    "$LAUNCHER sh -c 'train {v}'",
                                    "python3 -c \"print('{v}')\"",
                                    "python3.11 -u -c 'print({v})'",
                                    "python3 -W ignore -c 'print({v})'",
                                    "srun /usr/bin/python -c \"train('{v}')\"",
                                    "perl -e 'print {v}'",
                                    "perl -lane \"print '{v}'\"",
                                    "ruby -e 'puts {v}'",
                                    "node -e 'console.log({v})'",
                                    "node --eval='console.log({v})'",
                                    "python3 -c'print({v})'"})
            QTest::newRow(command) << QByteArray(command);
    }
    void refusesWhatAnotherProgramReads() { refusesWhatCannotBeQuoted(); }

    void noShellReadsThem_data()
    {
        QTest::addColumn<QByteArray>("command");
        for (const char* command : {"echo {v} | cat; sh x.sh",
                                    "echo {v} || sh",
                                    "echo {v} && sh",
                                    "echo {v}; true | sh",
                                    "echo {v}\ntrue | sh",
                                    "train {v} | tee log",
                                    "sh -s {v} <<'E'\ntrain \"$1\"\nE",
                                    "cat <<A; sh <<B\n{v}\nA\ntrue\nB",
                                    "echo {v} | sh x.sh",
                                    "echo {v} | sh -c 'cat'",
                                    "(sh x); echo {v} | cat",
                                    "script -c 'train' {v}",
                                    "tmux new -d -s {v}",
                                    "watch -x train {v}",
                                    "parallel train ::: {v}",
                                    "echo {v} | xargs -n1 sh -c 'train \"$1\"' sh",
                                    "echo {v} | xargs -I% train %",
                                    "$PYTHON train.py -c {v}",
                                    "$TRAIN --config {v}",
                                    "python3 -c 'import sys; print(sys.argv[1])' {v}",
                                    "python3 train.py -c {v}",
                                    "perl -e 'print @ARGV' {v}",
                                    "python3 -m train -c {v}",
                                    "node train.js -e {v}",
                                    "x script -c {v}",
                                    "{{ sh; }} <x; cat <<E\n{v}\nE",
                                    "if a; then sh; fi; echo {v} | cat"})
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
