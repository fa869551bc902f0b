// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/search_space.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace widthwise;

namespace {

Parameter floatParameter(const std::string& name, double low, double high, Scale scale = Scale::Linear,
                         std::optional<double> step = {})
{
    return {name, FloatRange{low, high, scale, step}, {}, {}};
}

Parameter optimizer()
{
    return {"optimizer", Choices{{Value(std::string("adam")), Value(std::string("sgd"))}}, {}, {}};
}

Parameter momentum()
{
    Parameter parameter = floatParameter("momentum", 0.5, 0.99);
    parameter.when = Condition{"optimizer", {Value(std::string("sgd"))}};
    return parameter;
}

std::string allProblems(const SearchSpace& space)
{
    std::string text;
    for (const SpaceProblem& problem : space.problems())
        text += problem.parameter + "." + problem.field + ": " + problem.message + "\n";
    return text;
}

} // namespace

class TestSearchSpace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSoundSpaceHasNoProblems()
    {
        Parameter nesterov{"nesterov", Choices{{Value(true), Value(false)}},
                           Condition{"optimizer", {Value(std::string("sgd"))}}, "as in Keras"};
        const SearchSpace space({floatParameter("max_lr", 1e-4, 1e-1, Scale::Log),
                                 optimizer(),
                                 momentum(),
                                 nesterov,
                                 {"batch_size", FixedValue{Value(std::int64_t(100))}, {}, {}},
                                 {"layers", IntegerRange{1, 4, Scale::Linear, 1}, {}, {}}});
        QCOMPARE(allProblems(space), std::string());
        QCOMPARE(space.varied().size(), std::size_t(5));
        QVERIFY(space.find("momentum") && !space.find("moment"));
    }

    void everyProblemIsNamed_data()
    {
        QTest::addColumn<int>("index");
        QTest::addColumn<QByteArray>("expected");
        int index = 0;
        for (const auto& [parameters, expected] : badSpaces())
            QTest::addRow("%s", expected) << index++ << QByteArray(expected);
    }
    void everyProblemIsNamed()
    {
        QFETCH(int, index);
        QFETCH(QByteArray, expected);
        const std::string problems = allProblems(SearchSpace(badSpaces().at(std::size_t(index)).first));
        QVERIFY2(problems.find(expected.toStdString()) != std::string::npos, problems.c_str());
        QCOMPARE(std::count(problems.begin(), problems.end(), '\n'), std::ptrdiff_t(1));
    }

    void inactiveParametersAreAbsent()
    {
        Parameter warm = floatParameter("warm", 0, 1);
        warm.when = Condition{"momentum", {Value(0.9)}};
        const SearchSpace space({optimizer(), momentum(), warm});
        const auto pick = [](const std::string& chosen) {
            return [chosen](const Parameter& parameter, std::size_t) -> Value {
                return parameter.name == "optimizer" ? Value(chosen) : Value(0.9);
            };
        };
        const Configuration adam = space.build(pick("adam"));
        QCOMPARE(toJson(adam), std::string(R"({"optimizer":"adam"})"));
        QVERIFY(space.contains(adam));
        const Configuration sgd = space.build(pick("sgd"));
        QCOMPARE(toJson(sgd), std::string(R"({"optimizer":"sgd","momentum":0.9,"warm":0.9})"));
        QVERIFY(space.contains(sgd));
    }

    void containsWantsExactlyTheActiveParameters()
    {
        const SearchSpace space({optimizer(), momentum()});
        const Value adam(std::string("adam")), sgd(std::string("sgd"));
        QVERIFY(!space.contains(Configuration({{"optimizer", sgd}})));
        QVERIFY(!space.contains(Configuration({{"optimizer", adam}, {"momentum", 0.9}})));
        QVERIFY(!space.contains(Configuration({{"optimizer", sgd}, {"momentum", 0.1}})));
        QVERIFY(!space.contains(Configuration({{"optimizer", adam}, {"other", 1.0}})));
        QVERIFY(space.contains(Configuration({{"momentum", 0.9}, {"optimizer", sgd}})));
    }

private:
    static std::vector<std::pair<std::vector<Parameter>, const char*>> badSpaces()
    {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        Parameter lonely = momentum();
        Parameter mistaken = momentum();
        mistaken.when->parameter = "optimiser";
        Parameter impossible = momentum();
        impossible.when->values = {Value(std::string("lamb"))};
        Parameter never = momentum();
        never.when->values.clear();
        Parameter own = momentum();
        own.when->parameter = "momentum";
        Parameter steps{"n", IntegerRange{1, 9, Scale::Linear, 0}, {}, {}};
        Parameter onSteps = momentum();
        onSteps.when = Condition{"n", {Value(std::int64_t(3))}};
        return {
            {{floatParameter("a", 2, 1)}, "a.low: low (2.0) is greater than high (1.0)"},
            {{floatParameter("a", 0, 1, Scale::Log)}, "a.low: a logarithmic scale needs low greater than 0"},
            {{floatParameter("a", nan, 1)}, "a.low: expected a finite number"},
            {{floatParameter("a", 0, HUGE_VAL)}, "a.high: expected a finite number"},
            {{floatParameter("a", 0, 1, Scale::Linear, 0)}, "a.step: expected a number greater than 0"},
            {{floatParameter("a", 0, 1, Scale::Linear, 2)}, "a.step: the step is greater than high - low"},
            {{floatParameter("a", 0, 1, Scale::Linear, 1e-9)},
             "a.step: the step gives more than a million values"},
            {{floatParameter("a", 1, 2, Scale::Log, 0.5)}, "a.step: a step needs the linear scale"},
            {{{"n", IntegerRange{5, 4, Scale::Linear, {}}, {}, {}}},
             "n.low: low (5) is greater than high (4)"},
            {{{"n", IntegerRange{0, 4, Scale::Log, {}}, {}, {}}}, "n.low: a logarithmic scale"},
            {{steps, onSteps}, "n.step: expected an integer greater than 0"},
            {{{"c", Choices{}, {}, {}}}, "c.values: expected at least one value"},
            {{{"c", Choices{{Value(1.0), Value(1.0)}}, {}, {}}}, "c.values: the value 1.0 appears twice"},
            {{{"c", FixedValue{Value(nan)}, {}, {}}}, "c.value: expected finite numbers, got .nan"},
            {{floatParameter("", 0, 1)}, ".name: a parameter needs a name"},
            {{floatParameter("a b", 0, 1)}, "a b.name: a parameter's name begins with a letter"},
            {{floatParameter("a", 0, 1), floatParameter("a", 0, 1)}, "a.name: there is already"},
            {{lonely, optimizer()},
             "momentum.when: optimizer comes later in the space: put it before momentum"},
            {{optimizer(), mistaken}, "there is no parameter optimiser (did you mean \"optimizer\"?)"},
            {{optimizer(), impossible}, "momentum.when: optimizer never has the value lamb"},
            {{optimizer(), never}, "momentum.when: expected at least one value of optimizer"},
            {{own}, "momentum.when: a parameter cannot depend on itself"},
        };
    }
};

QTEST_GUILESS_MAIN(TestSearchSpace)
#include "tst_search_space.moc"
