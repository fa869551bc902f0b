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
    }
    void fills()
    {
        QFETCH(QByteArray, command);
        QFETCH(QByteArray, expected);
        QCOMPARE(filled(command.toStdString(),
                        {{"lr", "0.1"}, {"opt", "adam"}, {"text", "it's $5"}, {"empty", ""}}),
                 expected.toStdString());
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
        QCOMPARE(placeholders("x {lr} {{no}} {trial_dir}/{lr}"), expected);
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
