// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"

#include <QTest>

using namespace widthwise;

namespace {

const std::string before = "# My experiment.\n"
                           "name: example   # keep\n"
                           "objective: {metric: val/loss}\n"
                           "space:   # what is searched\n"
                           "\n"
                           "  # the important one\n"
                           "  max_lr: {type: float,   low: 1e-4, high: 0.1, scale: log}  # see the paper\n"
                           "\n"
                           "  # how many blocks\n"
                           "  layers:\n"
                           "    type: integer\n"
                           "    # not deeper\n"
                           "    low: 1\n"
                           "    high: 4   # at most\n"
                           "  batch_size: 100\n"
                           "  # the end of the space\n"
                           "\n"
                           "# What it may cost.\n"
                           "budget: {trials: 4}\n"
                           "trial:\n"
                           "  command: train   --lr={max_lr}\n";

std::vector<Parameter> parametersOf(const std::string& yaml)
{
    return parseExperiment(yaml).space.parameters();
}

std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    return text.replace(text.find(from), from.size(), to);
}

std::string edited(const std::string& yaml, const std::vector<Parameter>& parameters)
{
    const std::string after = withSpace(yaml, SearchSpace(parameters));
    if (!(parametersOf(after) == parameters))
        return "the space is not what was asked for:\n" + after;
    return after;
}

} // namespace

class TestExperimentFileEdit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theSameSpaceChangesNothing() { QCOMPARE(edited(before, parametersOf(before)), before); }

    void aSpaceWithAnAnchorOrAnAliasIsReplaced_data()
    {
        QTest::addColumn<std::string>("yaml");
        const std::string head = "name: a\nobjective: {metric: l}\nsearch: {algorithm: grid}\n";
        QTest::newRow("anchor before braces") << head + "trial: {command: c}\nspace: &s {x: [1, 2]}\n";
        QTest::newRow("anchor before lines") << head + "trial: {command: c}\nspace: &s\n  x: [1, 2]\n";
        QTest::newRow("alias of braces") << head + "trial: {trainer: &s {x: 1}}\nspace: *s\n";
        QTest::newRow("alias of lines") << head + "trial:\n  trainer: &s\n    x: 1\nspace: *s\n";
    }
    void aSpaceWithAnAnchorOrAnAliasIsReplaced()
    {
        QFETCH(std::string, yaml);
        std::vector<Parameter> parameters = parametersOf(yaml);
        QVERIFY(parametersOf(withSpace(yaml, SearchSpace(parameters))) == parameters);
        parameters.push_back({"y", FixedValue{std::int64_t(3)}, {}, {}});
        const std::string after = withSpace(yaml, SearchSpace(parameters));
        QVERIFY2(parametersOf(after) == parameters, after.c_str());
    }

    void textThatBeginsWithDashesEndsNoDocument()
    {
        const std::string yaml = "name: a\nobjective: {metric: l}\ntrial: {command: c}\n"
                                 "space:\n {x: one\n----two}\nsearch: {algorithm: grid}\n";
        const std::vector<Parameter> parameters = parametersOf(yaml);
        QCOMPARE(parameters.size(), std::size_t(1));
        QVERIFY(parametersOf(withSpace(yaml, SearchSpace(parameters))) == parameters);
    }

    void aChangedParameterIsRewrittenAlone()
    {
        std::vector<Parameter> parameters = parametersOf(before);
        std::get<FloatRange>(parameters[0].domain).high = 0.5;
        QCOMPARE(edited(before, parameters),
                 replaced(before, "{type: float,   low: 1e-4, high: 0.1, scale: log}",
                          "{type: float, low: 0.0001, high: 0.5, scale: log}"));
    }

    void aChangedBlockBecomesOneLine()
    {
        std::vector<Parameter> parameters = parametersOf(before);
        std::get<IntegerRange>(parameters[1].domain).high = 8;
        QCOMPARE(
            edited(before, parameters),
            replaced(before,
                     "  layers:\n    type: integer\n    # not deeper\n    low: 1\n    high: 4   # at most\n",
                     "  layers: {type: integer, low: 1, high: 8}\n"));
    }

    void parametersAreAddedRemovedAndMoved()
    {
        std::vector<Parameter> parameters = parametersOf(before);
        std::swap(parameters[0], parameters[2]);
        parameters.erase(parameters.begin() + 1);
        parameters.push_back({"width", Choices{{Value(std::int64_t(32)), Value(std::int64_t(64))}}, {}, {}});
        const std::string after = edited(before, parameters);
        QVERIFY2(after.find("space:   # what is searched\n"
                            "  batch_size: 100\n"
                            "\n"
                            "  # the important one\n"
                            "  max_lr: {type: float,   low: 1e-4, high: 0.1, scale: log}  # see the paper\n"
                            "  width: {type: categorical, values: [32, 64]}\n"
                            "  # the end of the space\n"
                            "\n"
                            "# What it may cost.\n") != std::string::npos,
                 after.c_str());
    }

    void anEmptySpaceAndBack()
    {
        const std::string empty =
            withSpace(replaced(before, "train   --lr={max_lr}", "train"), SearchSpace());
        QVERIFY2(empty.find("space: {}   # what is searched\n") != std::string::npos, empty.c_str());
        const std::string filled = edited(empty, parametersOf(before));
        QVERIFY2(filled.find("space:   # what is searched\n  max_lr: {") != std::string::npos,
                 filled.c_str());
    }

    void aSpaceInBracesIsWrittenInLines()
    {
        const std::string yaml = "name: x\nobjective: {metric: a}\ntrial: {command: x}\n"
                                 "space: {a: 1,\n        b: 2}\nbudget: {trials: 1}\n";
        std::vector<Parameter> parameters = parametersOf(yaml);
        parameters.pop_back();
        QCOMPARE(edited(yaml, parameters), "name: x\nobjective: {metric: a}\ntrial: {command: x}\n"
                                           "space:\n  a: 1\nbudget: {trials: 1}\n");
    }

    void aMissingSpaceIsAppended()
    {
        const std::string yaml = "name: x\nobjective: {metric: a}\ntrial: {command: x}\nbudget: {trials: 1}";
        QCOMPARE(edited(yaml, {{"a", FixedValue{Value(1.5)}, {}, {}}}), yaml + "\nspace:\n  a: 1.5\n");
    }

    void aSpaceAtTheEndWithoutALineEnd()
    {
        const std::string yaml =
            "name: x\nobjective: {metric: a}\ntrial: {command: x}\nbudget: {trials: 1}\nspace:\n    a: 1";
        std::vector<Parameter> parameters = parametersOf(yaml);
        parameters.push_back({"b", FixedValue{Value(true)}, {}, {}});
        QCOMPARE(edited(yaml, parameters), yaml + "\n    b: true\n");
    }

    void theLineEndsOfTheFileAreKept()
    {
        const std::string yaml =
            "name: x\r\nobjective: {metric: a}\r\ntrial: {command: x}\r\nbudget: {trials: 1}\r\n"
            "space:\r\n  a: 1\r\n  b: 2 # two\r\n";
        std::vector<Parameter> parameters = parametersOf(yaml);
        parameters[1].domain = FixedValue{Value(std::int64_t(3))};
        parameters.push_back({"c", FixedValue{Value(true)}, {}, {}});
        QCOMPARE(edited(yaml, parameters), replaced(yaml, "2 # two\r\n", "3 # two\r\n  c: true\r\n"));
    }

    void aParameterWithAProblemIsReplaced()
    {
        const std::string broken = replaced(before, "low: 1e-4", "low: abc");
        QCOMPARE(edited(broken, parametersOf(before)),
                 replaced(before, "{type: float,   low: 1e-4, high: 0.1, scale: log}",
                          "{type: float, low: 0.0001, high: 0.1, scale: log}"));
    }

    void textThatIsNoYamlIsRefused()
    {
        QVERIFY_EXCEPTION_THROWN(withSpace("a: [", SearchSpace()), ExperimentFileError);
        QVERIFY_EXCEPTION_THROWN(withSpace("{name: x, space: {a: 1}}", SearchSpace()), ExperimentFileError);
    }
};

QTEST_GUILESS_MAIN(TestExperimentFileEdit)
#include "tst_experiment_file_edit.moc"
