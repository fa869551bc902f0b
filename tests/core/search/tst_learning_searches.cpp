// SPDX-License-Identifier: GPL-3.0-or-later
// What holds of every search algorithm that learns, and of all that chooses without a list.
#include "core/search/algorithms.h"

#include <QTest>

#include <cmath>
#include <random>
#include <set>

using namespace widthwise;

namespace {

/// Ranges, steps, integers, choices and conditions.
SearchSpace mixedSpace()
{
    Parameter momentum{"momentum", FloatRange{0, 0.99, Scale::Linear, {}}, {}, {}};
    momentum.when = Condition{"optimizer", {Value(std::string("sgd"))}};
    Parameter beta{"beta", FloatRange{0.9, 0.999, Scale::Linear, {}}, {}, {}};
    beta.when = Condition{"optimizer", {Value(std::string("adam")), Value(std::string("lamb"))}};
    return SearchSpace(
        {{"max_lr", FloatRange{1e-5, 1, Scale::Log, {}}, {}, {}},
         {"optimizer",
          Choices{{Value(std::string("sgd")), Value(std::string("adam")), Value(std::string("lamb"))}},
          {},
          {}},
         momentum,
         beta,
         {"dropout", FloatRange{0, 0.5, Scale::Linear, 0.1}, {}, {}},
         {"layers", IntegerRange{1, 8, Scale::Linear, {}}, {}, {}},
         {"width", IntegerRange{16, 1024, Scale::Log, {}}, {}, {}},
         {"epochs", FixedValue{Value(std::int64_t(3))}, {}, {}}});
}

/// Of the mixed space, what the algorithm can search.
SearchSpace spaceFor(const QByteArray& algorithm)
{
    const AlgorithmDescription& description = searchAlgorithm(algorithm.toStdString());
    std::vector<Parameter> parameters = mixedSpace().parameters();
    if (!description.takesConditions)
        std::erase_if(parameters, [](const Parameter& parameter) { return parameter.when.has_value(); });
    if (!description.takesChoices)
        std::erase_if(parameters, [](const Parameter& parameter) {
            return std::holds_alternative<Choices>(parameter.domain);
        });
    return SearchSpace(parameters);
}

SearchSpace plane()
{
    return SearchSpace({{"x", FloatRange{-5, 10, Scale::Linear, {}}, {}, {}},
                        {"y", FloatRange{0, 15, Scale::Linear, {}}, {}, {}}});
}

double numberOf(const Configuration& configuration, const char* name)
{
    return toNumber(*configuration.find(name));
}

/// Branin's function, 0 at its three minima.
double branin(const Configuration& configuration)
{
    constexpr double pi = 3.14159265358979323846;
    const double x = numberOf(configuration, "x"), y = numberOf(configuration, "y");
    const double valley = y - 5.1 / (4 * pi * pi) * x * x + 5 / pi * x - 6;
    return valley * valley + 10 * (1 - 1 / (8 * pi)) * std::cos(x) + 10 - 0.39788736;
}

PastTrial ended(const Configuration& configuration, double value)
{
    return {configuration, PastTrial::State::Ended, value, {{1, value}}, 0};
}

Configuration proposed(SearchAlgorithm& search, const History& history)
{
    return std::get<Configuration>(search.propose(history));
}

/// The best value after so many trials, averaged over seeds.
double meanBest(const char* algorithm, int trials, int seeds)
{
    double sum = 0;
    for (int seed = 1; seed <= seeds; ++seed) {
        const auto search =
            makeSearchAlgorithm({algorithm}, plane(), Direction::Minimize, std::uint64_t(seed));
        History history;
        double best = INFINITY;
        for (int i = 0; i < trials; ++i) {
            const Configuration configuration = proposed(*search, history);
            history.push_back(ended(configuration, branin(configuration)));
            best = std::min(best, *history.back().value);
        }
        sum += best;
    }
    return sum / seeds;
}

} // namespace

class TestLearningSearches : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void algorithms()
    {
        QTest::addColumn<QByteArray>("algorithm");
        for (const AlgorithmDescription& algorithm : searchAlgorithms())
            if (algorithm.source == AlgorithmDescription::Source::Space)
                QTest::newRow(algorithm.id.c_str()) << QByteArray::fromStdString(algorithm.id);
    }

    /// Whatever became of the trials before, what is proposed is of the space, and a new instance proposes
    /// it, too.
    void decidesFromTheHistoryAlone_data() { algorithms(); }
    void decidesFromTheHistoryAlone()
    {
        QFETCH(QByteArray, algorithm);
        const SearchSpace space = spaceFor(algorithm);
        for (unsigned seed = 1; seed <= 3; ++seed) {
            std::mt19937 random(seed);
            const auto make = [&] {
                return makeSearchAlgorithm({algorithm.toStdString()}, space, Direction::Maximize, seed);
            };
            const auto lived = make();
            History history;
            for (int i = 0; i < 40; ++i) {
                const Configuration configuration = proposed(*lived, history);
                QVERIFY2(space.contains(configuration), toJson(configuration).c_str());
                QCOMPARE(toJson(proposed(*make(), history)), toJson(configuration));
                history.push_back({.configuration = configuration});
                PastTrial& trial = history.change(random() % history.size());
                switch (random() % 5) {
                case 0:
                    trial = {trial.configuration, PastTrial::State::Failed, {}, {}, trial.generation + 1};
                    break;
                case 1:
                    trial = {trial.configuration, PastTrial::State::Void, {}, {}, 0};
                    break;
                default:
                    trial = ended(trial.configuration, std::normal_distribution<double>()(random));
                }
            }
        }
    }

    /// Values without a spread, without an end, or all failed.
    void standsAnyValues_data() { algorithms(); }
    void standsAnyValues()
    {
        QFETCH(QByteArray, algorithm);
        const SearchSpace space = spaceFor(algorithm);
        const auto search = makeSearchAlgorithm({algorithm.toStdString()}, space, Direction::Minimize, 3);
        for (const double value : {0.0, 1e300, -1e300, 1e-300}) {
            History history;
            for (int i = 0; i < 20; ++i) {
                const Configuration configuration = proposed(*search, history);
                history.push_back(ended(configuration, i % 3 == 0 ? value : 0));
            }
            QVERIFY(space.contains(proposed(*search, history)));
            for (std::size_t i = 0; i < history.size(); ++i)
                history.change(i) = {history[i].configuration, PastTrial::State::Failed};
            QVERIFY(space.contains(proposed(*search, history)));
        }
    }

    void standsASpaceWithoutAnything_data() { algorithms(); }
    void standsASpaceWithoutAnything()
    {
        QFETCH(QByteArray, algorithm);
        const SearchSpace space({{"epochs", FixedValue{Value(std::int64_t(3))}, {}, {}}});
        const auto search = makeSearchAlgorithm({algorithm.toStdString()}, space, Direction::Minimize, 3);
        History history;
        for (int i = 0; i < 15; ++i) {
            const Configuration configuration = proposed(*search, history);
            QVERIFY(space.contains(configuration));
            history.push_back(ended(configuration, 1));
        }
    }

    void learns_data()
    {
        QTest::addColumn<QByteArray>("algorithm");
        QTest::addColumn<double>("most");
        QTest::addColumn<int>("trials");
        QTest::newRow("auto") << QByteArray("auto") << 0.02 << 40;
        QTest::newRow("tpe") << QByteArray("tpe") << 0.7 << 40;
        QTest::newRow("gp") << QByteArray("gp") << 0.02 << 40;
        QTest::newRow("cmaes") << QByteArray("cmaes") << 0.01 << 200;
        QTest::newRow("evolution") << QByteArray("evolution") << 0.1 << 200;
    }
    void learns()
    {
        QFETCH(QByteArray, algorithm);
        QFETCH(double, most);
        QFETCH(int, trials);
        const double value = meanBest(algorithm.constData(), trials, 5);
        QVERIFY2(value < most, qPrintable(QString::number(value)));
        QVERIFY(value < meanBest("random", trials, 5));
    }

    /// Where trials with a large x fail, few are proposed there: of 50, random search sends 25.
    void failuresAreLearnedFrom_data()
    {
        QTest::addColumn<QByteArray>("algorithm");
        for (const char* algorithm : {"auto", "tpe", "gp", "evolution"})
            QTest::newRow(algorithm) << QByteArray(algorithm);
    }
    void failuresAreLearnedFrom()
    {
        QFETCH(QByteArray, algorithm);
        int failures = 0;
        for (unsigned seed = 1; seed <= 3; ++seed) {
            const auto search =
                makeSearchAlgorithm({algorithm.toStdString()}, plane(), Direction::Minimize, seed);
            History history;
            for (int i = 0; i < 50; ++i) {
                const Configuration configuration = proposed(*search, history);
                const double x = numberOf(configuration, "x");
                if (x > 2.5)
                    history.push_back({configuration, PastTrial::State::Failed, {}, {}, 0});
                else
                    history.push_back(ended(configuration, -x)); // the better the nearer to where it fails
                failures += x > 2.5;
            }
        }
        QVERIFY2(failures < 3 * 20, qPrintable(QString::number(failures)));
    }

    /// The middle of the space is a first guess, and nothing is tried twice while there is something else.
    void autoBeginsInTheMiddleAndRepeatsNothing()
    {
        const SearchSpace space({{"lr", FloatRange{1e-4, 1e-2, Scale::Log, {}}, {}, {}},
                                 {"layers", IntegerRange{1, 5, Scale::Linear, {}}, {}, {}},
                                 {"heads", IntegerRange{1, 4, Scale::Linear, {}}, {}, {}}});
        const SearchSpace few({space.parameters()[1], space.parameters()[2]});
        QCOMPARE(toJson(proposed(*makeSearchAlgorithm({"auto"}, space, Direction::Minimize, 1), {})),
                 std::string(R"({"lr":0.001,"layers":3,"heads":3})"));
        const auto search = makeSearchAlgorithm({"auto"}, few, Direction::Minimize, 1);
        History history;
        std::set<std::string> different;
        for (int i = 0; i < 14; ++i) {
            const Configuration configuration = proposed(*search, history);
            different.insert(toJson(configuration));
            history.push_back(ended(configuration, numberOf(configuration, "layers")));
        }
        QCOMPARE(different.size(), 14U);
    }

    /// Workers that ask at once get points apart from each other.
    void parallelProposalsDiffer_data() { algorithms(); }
    void parallelProposalsDiffer()
    {
        QFETCH(QByteArray, algorithm);
        const auto search = makeSearchAlgorithm({algorithm.toStdString()}, plane(), Direction::Minimize, 1);
        History history;
        for (int i = 0; i < 20; ++i) {
            const Configuration configuration = proposed(*search, history);
            history.push_back(ended(configuration, branin(configuration)));
        }
        std::set<std::string> different;
        for (int i = 0; i < 16; ++i) {
            const Configuration configuration = proposed(*search, history);
            history.push_back({.configuration = configuration});
            different.insert(toJson(configuration));
        }
        QCOMPARE(different.size(), 16U);
    }
};

QTEST_GUILESS_MAIN(TestLearningSearches)
#include "tst_learning_searches.moc"
