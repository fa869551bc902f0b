// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"

#include <QTest>

#include <random>

using namespace widthwise;

namespace {

constexpr const char* sound = "name: example\n"                                             // 1
                              "objective: {metric: val/loss}\n"                             // 2
                              "trial:\n"                                                    // 3
                              "  command: train --lr={max_lr}\n"                            // 4
                              "space:\n"                                                    // 5
                              "  max_lr: {type: float, low: 1e-4, high: 0.1, scale: log}\n" // 6
                              "  optimizer: {type: categorical, values: [adam, sgd]}\n"     // 7
                              "resources: {parallel: 2}\n"                                  // 8
                              "budget: {trials: 4}\n";                                      // 9

std::string problemsOf(const std::string& yaml)
{
    try {
        parseExperiment(yaml);
    } catch (const ExperimentFileError& error) {
        std::string text;
        for (const FileProblem& problem : error.problems())
            text += problem.toText("x.yaml") + "\n";
        return text;
    }
    return {};
}

/// The sound file with `from` replaced by `to`.
std::string changed(const std::string& from, const std::string& to)
{
    std::string yaml = sound;
    const std::size_t at = yaml.find(from);
    return at == std::string::npos ? std::string() : yaml.replace(at, from.size(), to);
}

/// What is put in place of `from` in the sound file, and a part of the problem that is told of it.
void located(const char* title, const char* from, const char* to, const char* expected)
{
    QTest::newRow(title) << QByteArray(from) << QByteArray(to) << QByteArray(expected);
}

void keysAndValues()
{
    located("unknown key",
            "budget:", "bugdet:", "x.yaml:9:1: bugdet: unknown key (did you mean \"budget\"?)");
    located("far key",
            "budget:", "xyzzy:", "x.yaml:9:1: xyzzy: unknown key; expected name, description, objective");
    located("duplicate key", "budget:", "name: again\nbudget:", "x.yaml:9:1: name: this key appears twice");
    located("list for text", "name: example", "name: [a]", "x.yaml:1:7: name: expected text, got a list");
    located("nothing for text", "name: example", "name:", "x.yaml:1:1: name: expected text, got nothing");
    located("empty text", "val/loss", "\"\"", "objective.metric: expected text, got nothing");
    located("text for a mapping", "{trials: 4}", "4",
            "x.yaml:9:9: budget: expected a mapping of keys to values, got \"4\"");
    located("name", "example", "my/example", "x.yaml:1:7: name: expected letters, digits, . _ and - only");
    located("no objective", "objective: {metric: val/loss}\n", "",
            "x.yaml:1:1: the key objective is missing");
    located("no metric", "metric: val/loss", "goal: 1", "objective: the key metric is missing");
    located("goal", "metric: val/loss", "metric: a, goal: low",
            "objective.goal: expected a number, got \"low\"");
    located("direction", "metric: val/loss", "metric: a, direction: minimise",
            "objective.direction: expected minimize or maximize, got \"minimise\" (did you mean "
            "\"minimize\"?)");
    located("tab", "  command", "\tcommand", "x.yaml:4:1: a tab in the indentation");
    located("open bracket", "[adam, sgd]", "[adam, sgd", "x.yaml:7:");
    located("second document", "budget:", "---\nbudget:", "x.yaml:9:1: here begins a second document");
    located("key that is a list", "budget:", "[a]: 1\nbudget:", "x.yaml:9:1: ?: a key must be text");
}

void spaces()
{
    located("nested key", "low:", "lowest:", "x.yaml:6:25: space.max_lr.lowest: unknown key");
    located("misspelt value", "scale: log", "scale: lgo",
            "x.yaml:6:54: space.max_lr.scale: expected linear or log, got \"lgo\" (did you mean \"log\"?)");
    located("duplicate parameter",
            "  optimizer:", "  max_lr: 1\n  optimizer:", "x.yaml:7:3: space.max_lr: this key appears twice");
    located("text for a number", "high: 0.1", "high: big",
            "x.yaml:6:42: space.max_lr.high: expected a number, got \"big\"");
    located("quoted number", "high: 0.1", "high: \"0.1\"",
            "space.max_lr.high: expected a number, got \"0.1\"");
    located("NaN", "high: 0.1", "high: .nan", "space.max_lr.high: expected a finite number, got \".nan\"");
    located("infinite", "high: 0.1", "high: 1e999", "space.max_lr.high: expected a finite number");
    located("low above high", "low: 1e-4", "low: 2",
            "x.yaml:6:30: space.max_lr.low: low (2.0) is greater than high");
    located("log of zero", "low: 1e-4", "low: 0",
            "x.yaml:6:30: space.max_lr.low: a logarithmic scale needs low");
    located("no low", "low: 1e-4, ", "", "space.max_lr: the key low is missing");
    located("no type", "type: float, ", "",
            "x.yaml:6:3: space.max_lr: expected type: float, integer, categorical");
    located("wrong type", "float", "flaot",
            "space.max_lr.type: expected float, integer, categorical or fixed, got "
            "\"flaot\" (did you mean \"float\"?)");
    located("key of another type", "scale: log", "values: [1]", "space.max_lr.values: unknown key");
    located("no values", "[adam, sgd]", "[]",
            "x.yaml:7:34: space.optimizer.values: expected at least one value");
    located("equal values", "[adam, sgd]", "[adam, adam]",
            "space.optimizer.values: the value adam appears twice");
    located("unknown parent", "scale: log", "when: {optimiser: adam}", "there is no parameter optimiser");
    located("later parent", "scale: log", "when: {optimizer: adam}", "optimizer comes later in the space");
    located("two parents", "[adam, sgd]", "[adam, sgd], when: {max_lr: 1, b: 2}",
            "space.optimizer.when: expected one parameter and its values");
    located("bad parameter name",
            "optimizer:", "opti mizer:", "x.yaml:7:3: space.opti mizer: a parameter's name");
    located("reserved name", "optimizer:", "trial_dir:", "x.yaml:7:3: space.trial_dir: this name is taken");
}

void commands()
{
    located("placeholder", "{max_lr}", "{maxlr}",
            "x.yaml:4:12: trial.command: {maxlr} names no parameter of the space (did you mean \"max_lr\"?)");
    located("lone brace", "{max_lr}", "{max_lr", "x.yaml:4:23: trial.command: a { without a name and its }");
    located("backquotes", "train --lr={max_lr}", "train `lr {max_lr}`",
            "x.yaml:4:22: trial.command: {max_lr} cannot stand here: no quotes keep a value whole within "
            "`…`");
    located("here-document", "train --lr={max_lr}",
            "|\n    cat {max_lr} <<'E' # {{ {max_lr}\n    a {max_lr}\n    E",
            "x.yaml:6:7: trial.command: {max_lr} cannot stand here: nothing can be quoted");
    located("double-quoted", "train --lr={max_lr}", "\"train \\\n    \\x41 \\\\{max_lr}\"",
            "x.yaml:5:12: trial.command: {max_lr} cannot stand here: the \\ before it");
    located("folded", "train --lr={max_lr}", ">-\n    train {max_lr}\n    $(( {max_lr} ))",
            "x.yaml:6:9: trial.command: {max_lr} cannot stand here: arithmetic");
    located("large setting", "command: train --lr={max_lr}", "trainer: {a: {b: [1, 9223372036854775808]}}",
            "x.yaml:4:24: trial.trainer.a.b: expected an integer from -2^63");
    located("NUL", "train --lr={max_lr}\n", "train {t}\nspace: {t: [\"a\\0\"]}\nspice:\n",
            "x.yaml:4:12: trial.command: a value of t has a NUL in it");
    located("NUL in the environment", "train --lr={max_lr}", "train\n  environment: {A: \"\\0\"}",
            "x.yaml:5:20: trial.environment.A: a NUL");
    located("no program", "command: train --lr={max_lr}", "environment: {A: b}",
            "x.yaml:3:1: trial: expected trainer (a bundled model) or command (any program)");
    located("two programs", "trial:\n", "trial:\n  trainer: {}\n",
            "trial.command: expected trainer or command, not both");
    located("settings", "command: train --lr={max_lr}", "trainer: gn2",
            "trial.trainer: expected the trainer's settings");
    located("setting", "command: train --lr={max_lr}", "trainer: {a: [1, .inf]}",
            "x.yaml:4:20: trial.trainer.a: expected a finite number, got .inf");
    located("variable", "trial:\n", "trial:\n  environment: {A-B: 1}\n",
            "trial.environment.A-B: expected the name of");
    located("own variable", "trial:\n", "trial:\n  environment: {WIDTHWISE_TRIAL: 1}\n",
            "trial.environment.WIDTHWISE_TRIAL: variables that begin with WIDTHWISE_");
}

void collectors()
{
    located("collector of the trainer", "command: train --lr={max_lr}",
            "{trainer: {}, metrics: {collector: csv}}",
            "trial.metrics: the bundled trainer writes its metrics itself");
    located("collector", "trial:\n", "trial:\n  metrics: {collector: lightning}\n",
            "trial.metrics.collector: expected jsonl, stdout, text or csv, got \"lightning\"");
    located("no file", "trial:\n", "trial:\n  metrics: {collector: text}\n",
            "trial.metrics: the key file is missing");
    located("file of stdout", "trial:\n", "trial:\n  metrics: {collector: stdout, file: a}\n",
            "trial.metrics.file: a file is for the collector csv or text");
    located("broken pattern", "trial:\n", "trial:\n  metrics: {collector: stdout, pattern: '(a'}\n",
            "trial.metrics.pattern: this is not a regular expression");
    located("groups", "trial:\n", "trial:\n  metrics: {collector: stdout, pattern: '(a)'}\n",
            "trial.metrics.pattern: expected 2 or 3 groups");
    located("pattern for csv", "trial:\n",
            "trial:\n  metrics: {collector: csv, file: a, pattern: '(a)(b)'}\n",
            "trial.metrics.pattern: a pattern is for the collector stdout");
    located("outer file", "trial:\n", "trial:\n  metrics: {collector: csv, file: ../a}\n",
            "trial.metrics.file: expected a path inside the trial directory");
}

void limits()
{
    located("fraction for an integer", "trials: 4", "trials: 4.5",
            "x.yaml:9:18: budget.trials: expected an integer of at least 1, got \"4.5\"");
    located("zero", "parallel: 2", "parallel: 0",
            "resources.parallel: expected an integer of at least 1, got \"0\"");
    located("huge", "parallel: 2", "parallel: 99999999999",
            "resources.parallel: expected at most 2147483647");
    located("large seed", "budget:", "seed: 18446744073709551616\nbudget:",
            "x.yaml:9:7: seed: expected an integer from 0 to 2^64 - 1");
    located("time without unit", "parallel: 2", "time_limit: 90",
            "x.yaml:8:25: resources.time_limit: expected a time with its unit such as 90s, 15min, 2h, 1d or "
            "1h30");
    located("no time", "parallel: 2", "time_limit: 0s",
            "resources.time_limit: expected a time with its unit");
    located("no time that a clock counts", "parallel: 2", "time_limit: 99999999d",
            "resources.time_limit: expected at most 36500d, got \"99999999d\"");
    located("seed",
            "budget:", "seed: -1\nbudget:", "x.yaml:9:7: seed: expected an integer from 0 to 2^64 - 1");
}

void searches()
{
    located("large configuration", "budget: {trials: 4}",
            "search: {algorithm: list, configurations: [{max_lr: 1e-3, optimizer: 9223372036854775808}]}",
            "x.yaml:9:70: search.configurations.optimizer: expected an integer from -2^63");
    located("more points than a grid holds", "resources:", "search: {points: 2000000000}\nresources:",
            "search.points: expected at most 1000000");
    located("choices for an algorithm of numbers", "resources:", "search: {algorithm: cmaes}\nresources:",
            "x.yaml:8:21: search.algorithm: cmaes searches numbers, and optimizer is one of several choices; "
            "choose auto, random, sobol, tpe, gp or evolution, or make optimizer a fixed value");
    located("a setting out of its bounds",
            "resources:", "search: {algorithm: evolution, sample: 0}\nresources:",
            "x.yaml:8:40: search.sample: expected an integer of at least 1");
    located("no end", "trials: 4", "failed_trials: 4",
            "x.yaml:9:1: budget: the search algorithm auto has no end of its own");
    located("list without configurations", "resources:", "search: {algorithm: list}\nresources:",
            "x.yaml:8:1: search: a list needs configurations");
    located("configurations of another algorithm",
            "resources:", "search: {algorithm: grid, configurations: []}\nresources:",
            "x.yaml:8:27: search.configurations: a grid runs all of its combinations anyway");
    located("configuration outside the space", "resources:",
            "search: {algorithm: list, configurations: [{max_lr: 0.01, optimizer: sgd}, {max_lr: "
            "2}]}\nresources:",
            "max_lr: 2.0 is not in the search space");
    located("algorithm", "budget:", "search: {algorithm: grit}\nbudget:",
            "search.algorithm: expected auto, random, sobol, tpe, gp, cmaes, evolution, grid, list or "
            "external, got "
            "\"grit\" (did you mean \"grid\"?)");
    located("a warm start of what does not learn",
            "budget:", "search: {algorithm: grid, warm_start: all}\nbudget:",
            "x.yaml:9:27: search.warm_start: the grid is the same whatever is known");
    located("an empty name to begin with", "budget:", "search: {warm_start: [a, '']}\nbudget:",
            "x.yaml:9:26: search.warm_start: expected text, got nothing");
    located("a rank beyond the worst",
            "budget:", "earlier: [{rank: 1.5, configuration: {max_lr: 0.01}}]\nbudget:",
            "x.yaml:9:18: earlier.rank: expected a number from 0");
    located("an earlier trial of nothing", "budget:", "earlier: [{trial: -1}]\nbudget:",
            "x.yaml:9:11: earlier: the key configuration is missing");
    located("schedule", "budget:", "schedule: {type: medain}\nbudget:",
            "schedule.type: expected none, median, asha, asha-stopping, halving, hyperband or pbt, got "
            "\"medain\" "
            "(did you mean \"median\"?)");
}

void externalSearches()
{
    const auto external = [](const char* name, const char* search, const char* expected) {
        located(name,
                "budget:", ("search: {algorithm: external" + std::string(search) + "}\nbudget:").c_str(),
                expected);
    };
    external("no program", "",
             "x.yaml:9:1: search: an external search asks a program: give command, as in command: python3 "
             "my_sampler.py");
    external("an empty program", ", command: ''", "x.yaml:9:31: search.command: expected text, got nothing");
    external("blanks for a program", ", command: ' '",
             "x.yaml:9:40: search.command: expected a program, as in python3 my_sampler.py");
    external("an empty word for a program", ", command: '\"\" x'",
             "x.yaml:9:40: search.command: expected a program");
    external(
        "a pipe", ", command: 'a.py | tee log'",
        "x.yaml:9:40: search.command: | means something to a shell alone, and this runs without one: put "
        "it in single quotes, or write sh -c '…'");
    external("a variable", ", command: 'python3 \"$HOME/a.py\"'",
             "search.command: $ means something to a shell alone");
    external("a home folder", ", command: '~/a.py'", "search.command: ~ means something to a shell alone");
    external("a quote that is open", ", command: \"python3 'a.py\"",
             "search.command: a quote is not closed: '");
    external("no time to answer", ", command: a, timeout: 0",
             "x.yaml:9:52: search.timeout: expected an integer of at least 1, got \"0\"");
}

} // namespace

class TestExperimentFileProblems : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Kept to the digit, or refused where it stands.
    void noIntegerIsChanged_data()
    {
        QTest::addColumn<QByteArray>("space");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* space, const char* expected) {
            QTest::newRow(space) << QByteArray(space) << QByteArray(expected);
        };
        row("s: 9223372036854775807", "");
        row("s: -9223372036854775808", "");
        row("s: '18446744073709551615'", "");
        row("s: !!str 18446744073709551615", "");
        row("s: {type: integer, low: -9223372036854775808, high: 9223372036854775807}", "");
        row("s: {type: float, low: 0, high: 9007199254740992}", "");
        const char* tooLarge = "expected an integer from -2^63 to 2^63 - 1 (9223372036854775807), got \"";
        row("s: 18446744073709551615", tooLarge);
        row("s: -9223372036854775809", tooLarge);
        row("s: 0xFFFFFFFFFFFFFFFF", tooLarge);
        row("s: 0o7777777777777777777777", tooLarge);
        row("s: [1, 9223372036854775808]", tooLarge);
        row("s: {type: fixed, value: 9223372036854775808}", tooLarge);
        row("s: {type: integer, low: 0, high: 9223372036854775808}", tooLarge);
        row("s: {type: integer, low: 0, high: 9, step: 9223372036854775808}", tooLarge);
        row("s: {type: float, low: 0, high: 18446744073709551616}", tooLarge);
        row("s: {type: float, low: 0, high: 1, when: {max_lr: 9223372036854775808}}", tooLarge);
        row("s: {type: integer, low: 0, high: 1e30}", "expected an integer, got \"1e30\"");
        row("s: {type: integer, low: 0, high: 1_000}", "expected an integer, got \"1_000\"");
        row("s: {type: float, low: 0, high: 9007199254740993}", "write the nearest, 9007199254740992.0");
        row("s: {type: float, low: 0, high: 1e400}", "expected a finite number, got \"1e400\"");
        row("s: [1, 1e400]", "expected finite numbers");
    }
    void noIntegerIsChanged()
    {
        QFETCH(QByteArray, space);
        QFETCH(QByteArray, expected);
        const std::string found = problemsOf(changed(
            "  optimizer: {type: categorical, values: [adam, sgd]}\n", "  " + space.toStdString() + "\n"));
        if (expected.isEmpty())
            QCOMPARE(found, std::string());
        else
            QVERIFY2(found.starts_with("x.yaml:7:") &&
                         found.find(expected.toStdString()) != std::string::npos,
                     found.c_str());
    }

    void theSoundFileHasNone() { QCOMPARE(problemsOf(sound), std::string()); }

    void eachProblemIsLocated_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QByteArray>("expected");
        keysAndValues();
        spaces();
        commands();
        collectors();
        limits();
        searches();
        externalSearches();
    }
    void eachProblemIsLocated()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QByteArray, expected);
        const std::string yaml = changed(from.toStdString(), to.toStdString());
        QVERIFY2(!yaml.empty(), "nothing to replace");
        const std::string problems = problemsOf(yaml);
        QVERIFY2(problems.find(expected.toStdString()) != std::string::npos, problems.c_str());
    }

    void aMisspeltBudgetIsToldOnce()
    {
        QCOMPARE(problemsOf(changed("budget:", "bugdet:")),
                 std::string("x.yaml:9:1: bugdet: unknown key (did you mean \"budget\"?)\n"));
    }

    void allProblemsAreToldInTheirOrder()
    {
        const std::string problems = problemsOf("name: a b\n"
                                                "objective: {metric: x, goal: .nan}\n"
                                                "trial: {command: 'run {z}'}\n"
                                                "space:\n"
                                                "  a: {type: integer, low: 3, high: 1}\n"
                                                "  b: {type: float, low: one, high: two}\n"
                                                "  c: {type: categorical, values: [1, 1]}\n"
                                                "budget: {trials: -1, wall_time: 3}\n");
        const std::vector<std::string> keys{"1:7: name",
                                            "2:30: objective.goal",
                                            "3:18: trial.command",
                                            "5:27: space.a.low",
                                            "6:25: space.b.low",
                                            "6:36: space.b.high",
                                            "7:34: space.c.values",
                                            "8:18: budget.trials",
                                            "8:33: budget.wall_time"};
        std::size_t at = 0;
        for (const std::string& key : keys) {
            const std::size_t found = problems.find("x.yaml:" + key + ": ", at);
            QVERIFY2(found != std::string::npos, (key + "\n" + problems).c_str());
            at = found;
        }
        QCOMPARE(std::size_t(std::count(problems.begin(), problems.end(), '\n')), keys.size());
    }

    void whatIsNoExperimentFileIsRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("empty") << QByteArray("") << QByteArray("the file is empty");
        QTest::newRow("blank") << QByteArray("\n# nothing\n") << QByteArray("the file is empty");
        QTest::newRow("scalar") << QByteArray("hello") << QByteArray("expected a mapping of keys to values");
        QTest::newRow("list") << QByteArray("- a\n- b\n")
                              << QByteArray("expected a mapping of keys to values");
        QTest::newRow("comma") << QByteArray(", a\nb: c\n")
                               << QByteArray("x.yaml:1:1: here begins a second document");
        QTest::newRow("zeros") << QByteArray(4096, '\0') << QByteArray("x.yaml:1:1: not a text file");
        QTest::newRow("hdf5") << QByteArray("ab\n\x89HDF\r\n\x1a\n", 11)
                              << QByteArray("x.yaml:2:1: not a text file in UTF-8: found the byte 0x89");
        QTest::newRow("latin-1") << QByteArray("name: \xB5P")
                                 << QByteArray("x.yaml:1:7: not a text file in UTF-8");
        QTest::newRow("deep") << QByteArray(100000, '[') << QByteArray("x.yaml:");
        QTest::newRow("deep mapping") << QByteArray(100000, '{') << QByteArray("x.yaml:");
        QTest::newRow("deep but closed")
            << QByteArray(100, '[') + QByteArray(100, ']') << QByteArray("nested too deeply");
        QTest::newRow("alias to itself") << QByteArray("name: &a [*a]") << QByteArray("x.yaml:1:");
        QByteArray laughs("a0: &a0 [x, x]\n");
        for (int i = 1; i < 30; ++i)
            laughs += QStringLiteral("a%1: &a%1 [*a%2, *a%2]\n").arg(i).arg(i - 1).toUtf8();
        QTest::newRow("exploding aliases") << laughs << QByteArray("nested too deeply");
    }
    void whatIsNoExperimentFileIsRefused()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        const std::string problems = problemsOf(text.toStdString());
        QVERIFY2(problems.find(expected.toStdString()) != std::string::npos,
                 problems.substr(0, 2000).c_str());
    }

    /// Whatever is damaged, the answer is problems with places, never a crash or another exception.
    void damagedFilesHaveProblems()
    {
        std::mt19937 random(11);
        const std::string pieces = "{}[]:,-#&*!|>'\"%@`\n\t ~0.xeé\\";
        for (int i = 0; i < 20000; ++i) {
            std::string yaml = sound;
            for (unsigned n = random() % 4; n-- > 0;) {
                const std::size_t at = random() % yaml.size();
                const std::size_t length = random() % 8;
                yaml.replace(at, std::min(length, yaml.size() - at), 1, pieces[random() % pieces.size()]);
            }
            problemsOf(yaml);
        }
    }
};

QTEST_GUILESS_MAIN(TestExperimentFileProblems)
#include "tst_experiment_file_problems.moc"
