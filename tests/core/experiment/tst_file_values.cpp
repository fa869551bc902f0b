// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/file_values.h"

#include "core/search/random.h"

#include <QTest>

#include <stdexcept>

using namespace widthwise;

namespace {

using Path = std::vector<std::string>;

const std::string sample = R"(# Höhe first
name: gn2-lr   # the name
objective: {metric: val/loss, direction: minimize}

budget:
  # how many
  trials: 20 # enough
  failed_trials: 5

# what is searched
space:
  max_lr: {type: float, low: 1e-4}
  optimizer:
    values:
    - adam
    - sgd
search:
trial:
  command: |
    train \
      --lr={max_lr}
  environment: {GREETING: "a, b", QUOTE: 'it''s'}
seed: "1")";

std::string replaced(const std::string& from, const std::string& to)
{
    std::string text = sample;
    const std::size_t at = text.find(from);
    return at == std::string::npos ? std::string("not in the sample") : text.replace(at, from.size(), to);
}

std::string joined(const Path& path)
{
    std::string key;
    for (const std::string& part : path)
        key += (key.empty() ? "" : ".") + part;
    return key;
}

} // namespace

class TestFileValues : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Each mapping names the one before twice: written out there are 2^30.
    void endsWhereAliasesNameOneAnother()
    {
        std::string yaml = "k0: &m0 {}\n";
        for (int i = 1; i <= 30; ++i) {
            const std::string number = std::to_string(i), before = "*m" + std::to_string(i - 1);
            yaml += "k" + number + ": &m" + number + " {x: " + before + ", y: " + before + "}\n";
        }
        QVERIFY(fileValues(yaml).empty());
    }

    void readsSingleValuesByTheirKeys()
    {
        const auto values = fileValues(sample);
        QCOMPARE(values.at("budget.trials"), "20");
        QCOMPARE(values.at("objective.metric"), "val/loss");
        QCOMPARE(values.at("trial.environment.QUOTE"), "it's");
        QCOMPARE(values.count("space.optimizer.values"), 0U);
        QVERIFY(fileValues("a: [1").empty());
        QVERIFY(fileValues("&a {b: *a}").empty());
    }

    void changesOnlyTheValue_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        const auto row = [](const char* name, const char* key, const char* value, const char* from,
                            const char* to) {
            QTest::newRow(name) << QString::fromUtf8(key) << QString::fromUtf8(value)
                                << QString::fromUtf8(from) << QString::fromUtf8(to);
        };
        row("before a comment", "budget.trials", "40", "trials: 20 #", "trials: 40 #");
        row("in braces", "objective.direction", "maximize", "minimize", "maximize");
        row("quoted", "seed", "2", "\"1\"", "2");
        row("a block of lines", "trial.command", "run", "|\n    train \\\n      --lr={max_lr}", "run");
        row("that needs quotes", "name", "a: b", "gn2-lr ", "\"a: b\" ");
        row("that needs quotes in braces", "objective.metric", "a,b", "val/loss", "\"a,b\"");
        row("single quotes", "trial.environment.QUOTE", "no", "'it''s'", "no");
        row("new in a block", "budget.wall_time", "2h", "  failed_trials: 5\n",
            "  failed_trials: 5\n  wall_time: 2h\n");
        row("new in braces", "objective.goal", "0.5", "minimize}", "minimize, goal: 0.5}");
        row("new below an empty key", "search.algorithm", "grid", "search:\n",
            "search:\n  algorithm: grid\n");
        row("new with its section", "resources.parallel", "3", "seed: \"1\"",
            "seed: \"1\"\nresources:\n  parallel: 3\n");
        row("beside a list", "space.optimizer.type", "x", "    - sgd\n", "    - sgd\n    type: x\n");
        row("taken from a block", "budget.failed_trials", "", "  failed_trials: 5\n", "");
        row("taken from the front of braces", "objective.metric", "", "metric: val/loss, ", "");
        row("taken from the end of braces", "objective.direction", "", ", direction: minimize", "");
        row("taken where it never was", "budget.wall_time", "", "", "");
    }

    void changesOnlyTheValue()
    {
        QFETCH(const QString, key);
        QFETCH(const QString, value);
        QFETCH(const QString, from);
        QFETCH(const QString, to);
        Path path;
        for (const QString& part : key.split(QLatin1Char('.')))
            path.push_back(part.toStdString());
        QCOMPARE(withValue(sample, path, value.toStdString()),
                 replaced(from.toStdString(), to.toStdString()));
    }

    void readsListsByTheirKeys()
    {
        const auto lists = fileLists("a: {b: [32, x y, \"1, 2\"]}\nc:\n  - 1\n  - 2\nd: [[1], 2]\ne: 3\n");
        QCOMPARE(lists.size(), 2U);
        QCOMPARE(lists.at("a.b"), (std::vector<std::string>{"32", "x y", "1, 2"}));
        QCOMPARE(lists.at("c"), (std::vector<std::string>{"1", "2"}));
        QVERIFY(fileLists("a: [1").empty());
    }

    void changesOnlyTheList()
    {
        const Path path{"f", "values"};
        const std::vector<std::string> items{"32", "64"};
        QCOMPARE(withList("f: {kind: width}  # so\n", path, items),
                 "f: {kind: width, values: [32, 64]}  # so\n");
        QCOMPARE(withList("f:\n  values: [1] # so\n  kind: width\n", path, items),
                 "f:\n  values: [32, 64] # so\n  kind: width\n");
        QCOMPARE(withList("a: 1\n", path, items), "a: 1\nf:\n  values: [32, 64]\n");
        QCOMPARE(withList("f: {values: 5}\n", path, {"a, b", "null"}), "f: {values: [\"a, b\", \"null\"]}\n");
        QCOMPARE(withList("f: {kind: width, values: [32, 64]}\n", path, {}), "f: {kind: width}\n");
        QCOMPARE(withList("a: 1\nf: {values: [32]}\n", path, {}), "a: 1\n");
        QCOMPARE(withList("f:\n  kind: width\n  values:\n    - 1\n", path, {}), "f:\n  kind: width\n");
        QVERIFY_EXCEPTION_THROWN(withList("f:\n  values:\n    - 1 # one\n    - 2\n", path, items),
                                 std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(withList("f: {values: {a: 1}}\n", path, items), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(withValue("f: {values: [1]}\n", path, "2"), std::invalid_argument);
    }

    void linesStandAsTheyAre()
    {
        QCOMPARE(withValue("a: 1\nb: 2\n", {"c"}, "x: 1\n\n  y #"), "a: 1\nb: 2\nc: |-\n  x: 1\n\n    y #\n");
        QCOMPARE(withValue("a: 1 # one\nb: 2\n", {"a"}, "x\ny\n"), "a: | # one\n  x\n  y\nb: 2\n");
        QCOMPARE(withValue("p:\n  a: |\n    x\n    y\nb: 2\n", {"p", "a"}, "z\nx"),
                 "p:\n  a: |-\n    z\n    x\nb: 2\n");
        QCOMPARE(withValue("a: |\n  x\n  y\nb: 2\n", {"a"}, "z"), "a: z\nb: 2\n");
        QCOMPARE(withValue("{a: 1}\n", {"a"}, "x\ny"), "{a: \"x\\ny\"}\n");
    }

    void takesEmptySectionsWithIt()
    {
        QCOMPARE(withValue("a:\n  b:\n    c: 1\nd: 2\n", {"a", "b", "c"}, ""), "d: 2\n");
        QCOMPARE(withValue("a: {b: {c: 1}, d: 2}\n", {"a", "b", "c"}, ""), "a: {d: 2}\n");
    }

    void startsAnEmptyFile()
    {
        QCOMPARE(withValue("", {"a", "b"}, "1"), "a:\n  b: 1\n");
        QCOMPARE(withValue("# only this\n", {"a"}, "1"), "# only this\na: 1\n");
    }

    void keysMayHaveDots()
    {
        QCOMPARE(withValue("space:\n  a.b: {low: 1}\n", {"space", "a.b", "low"}, "2"),
                 "space:\n  a.b: {low: 2}\n");
    }

    void refusesWhatIsNoSingleValue()
    {
        QVERIFY_EXCEPTION_THROWN(withValue(sample, {"space", "optimizer", "values"}, "adam"),
                                 std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(withValue(sample, {"name", "below"}, "x"), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(withValue("a: [1", {"a"}, "x"), std::invalid_argument);
        QVERIFY_EXCEPTION_THROWN(withValue("- 1", {"a"}, "x"), std::invalid_argument);
    }

    /// Whatever is set, it reads back, and every other value stays as it was.
    void anyEditKeepsTheRest()
    {
        const std::vector<Path> paths{{"name"},
                                      {"objective", "metric"},
                                      {"budget", "trials"},
                                      {"budget", "new"},
                                      {"search", "algorithm"},
                                      {"trial", "command"},
                                      {"space", "max_lr", "low"},
                                      {"seed"},
                                      {"resources", "cpus"},
                                      {"trial", "environment", "GREETING"}};
        const std::vector<std::string> values{"",     "20",         "1e-3", "a b",   "a: b", "#x", "x #y",
                                              "{z}",  "é, è",       "'q'",  "\"p\"", "null", "-1", "- 1",
                                              "true", "two\nlines", "\\",   "*a",    "%"};
        std::string text = sample;
        for (std::uint64_t i = 0; i < 2000; ++i) {
            const Path& path = paths[randomBits(7, 0, i) % paths.size()];
            const std::string& value = values[randomBits(7, 1, i) % values.size()];
            auto expected = fileValues(text);
            text = withValue(text, path, value);
            expected.erase(joined(path));
            if (!value.empty())
                expected[joined(path)] = value;
            QVERIFY2(fileValues(text) == expected, (joined(path) + " = " + value + "\n" + text).c_str());
        }
        QVERIFY(text.find("# Höhe first\n") == 0);
        QVERIFY(text.find("# what is searched\n") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestFileValues)
#include "tst_file_values.moc"
