// SPDX-License-Identifier: GPL-3.0-or-later
// Searches that begin with what earlier experiments have shown.
#include "core/search/algorithms.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numbers>

using namespace widthwise;

namespace {

SearchSpace plane()
{
    return SearchSpace({{"x", FloatRange{-5, 10, Scale::Linear, {}}, {}, {}},
                        {"y", FloatRange{0, 15, Scale::Linear, {}}, {}, {}}});
}

double numberOf(const Configuration& configuration, const char* name)
{
    return toNumber(*configuration.find(name));
}

/// Branin's function, 0 at its three minima, moved to the right by `shift`.
double branin(const Configuration& configuration, double shift)
{
    constexpr double pi = std::numbers::pi;
    const double x = numberOf(configuration, "x") - shift, y = numberOf(configuration, "y");
    const double valley = y - 5.1 / (4 * pi * pi) * x * x + 5 / pi * x - 6;
    return valley * valley + 10 * (1 - 1 / (8 * pi)) * std::cos(x) + 10 - 0.39788736;
}

PastTrial ended(const Configuration& configuration, double value)
{
    return {.configuration = configuration, .state = PastTrial::State::Ended, .value = value};
}

Configuration proposed(SearchAlgorithm& search, const History& history)
{
    return std::get<Configuration>(search.propose(history));
}

std::unique_ptr<SearchAlgorithm> searchFor(const std::string& algorithm, unsigned seed,
                                           std::optional<std::vector<EarlierTrial>> earlier,
                                           std::vector<Configuration> first = {})
{
    return makeSearchAlgorithm(
        {.algorithm = algorithm, .configurations = std::move(first), .earlier = std::move(earlier)}, plane(),
        Direction::Minimize, seed);
}

/// Forty trials of an earlier search; x above 8 failed.
std::vector<EarlierTrial> earlierTrials(unsigned seed, bool upsideDown = false)
{
    const auto search = searchFor("sobol", seed, {});
    History history;
    std::vector<std::pair<double, int>> order;
    for (int i = 0; i < 40; ++i) {
        history.push_back(ended(proposed(*search, history), 0));
        const double value = branin(history.back().configuration, 0);
        if (numberOf(history.back().configuration, "x") <= 8)
            order.emplace_back(upsideDown ? -value : value, i);
    }
    std::ranges::sort(order);
    std::vector<EarlierTrial> trials;
    for (int i = 0; i < 40; ++i) {
        const auto place = std::ranges::find(order, i, &std::pair<double, int>::second);
        EarlierTrial trial{"before", i, {}, history[std::size_t(i)].configuration};
        if (place != order.end())
            trial.rank = (double(place - order.begin()) + 0.5) / double(order.size());
        trials.push_back(trial);
    }
    return trials;
}

constexpr std::array marks{5, 15, 30};

/// The best after so many trials as the marks say, on the moved function in other units, averaged over seeds.
std::array<double, marks.size()> meanBest(const std::string& algorithm,
                                          const std::function<std::vector<EarlierTrial>(unsigned)>& earlier)
{
    constexpr int seeds = 10;
    std::array<double, marks.size()> means{};
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        const auto search = searchFor(algorithm, seed, earlier(seed + 100));
        History history;
        double best = INFINITY;
        for (std::size_t mark = 0; mark < marks.size(); ++mark) {
            while (std::ssize(history) < marks[mark]) {
                const Configuration configuration = proposed(*search, history);
                const double value = branin(configuration, 0.7);
                history.push_back(ended(configuration, 1000 * value - 5));
                best = std::min(best, value);
            }
            means[mark] += best / seeds;
        }
    }
    return means;
}

std::vector<EarlierTrial> nothing(unsigned)
{
    return {};
}

} // namespace

class TestWarmStart : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void algorithms()
    {
        QTest::addColumn<QByteArray>("algorithm");
        for (const char* algorithm : {"auto", "gp", "tpe", "cmaes", "evolution"})
            QTest::newRow(algorithm) << QByteArray(algorithm);
    }

    /// Of a problem that has moved and has other units, what is known of it before is worth trials.
    void itHelpsWhereTheProblemHasMoved_data() { algorithms(); }
    void itHelpsWhereTheProblemHasMoved()
    {
        QFETCH(QByteArray, algorithm);
        const std::string id = algorithm.toStdString();
        const auto cold = meanBest(id, nothing);
        const auto warm = meanBest(id, [](unsigned seed) { return earlierTrials(seed); });
        for (std::size_t i = 0; i < marks.size(); ++i) {
            qInfo("%d trials: %.3f, with a warm start %.3f", marks[i], cold[i], warm[i]);
            QVERIFY(warm[i] < cold[i]);
        }
    }

    /// Earlier trials in the contrary order are found out. (CMA-ES has set out from there by then.)
    void whatMisleadsIsGivenUp_data()
    {
        QTest::addColumn<QByteArray>("algorithm");
        for (const char* algorithm : {"auto", "gp", "tpe", "evolution"})
            QTest::newRow(algorithm) << QByteArray(algorithm);
    }
    void whatMisleadsIsGivenUp()
    {
        QFETCH(QByteArray, algorithm);
        const double misled =
            meanBest(algorithm.toStdString(), [](unsigned seed) { return earlierTrials(seed, true); }).back();
        qInfo("%.3f", misled);
        QVERIFY(misled < meanBest("random", nothing).back());
    }

    void aFreshInstanceProposesTheSame_data() { algorithms(); }
    void aFreshInstanceProposesTheSame()
    {
        QFETCH(QByteArray, algorithm);
        const auto make = [&] { return searchFor(algorithm.toStdString(), 3, earlierTrials(5)); };
        const auto lived = make();
        History history;
        for (int i = 0; i < 60; ++i) {
            const Configuration configuration = proposed(*lived, history);
            QVERIFY(plane().contains(configuration));
            QCOMPARE(toJson(proposed(*make(), history)), toJson(configuration));
            history.push_back({.configuration = configuration});
            PastTrial& trial = history.change(std::size_t(i * 7 % (i + 1)));
            if (i % 5 == 0)
                trial.state = PastTrial::State::Failed;
            else
                trial = ended(trial.configuration, branin(trial.configuration, 1));
        }
    }

    /// After the configurations of a person, three of the best that lie apart.
    void theBestAreTriedFirst()
    {
        const std::vector<EarlierTrial> earlier = earlierTrials(7);
        const auto best = std::ranges::min_element(
            earlier, {}, [](const EarlierTrial& trial) { return trial.rank.value_or(1); });
        const Configuration chosen({{"x", 1.0}, {"y", 1.0}});
        const auto search = searchFor("auto", 1, earlier, {chosen});
        History history;
        for (int i = 0; i < 4; ++i)
            history.push_back({.configuration = proposed(*search, history)});
        QCOMPARE(toJson(history[0].configuration), toJson(chosen));
        QCOMPARE(toJson(history[1].configuration), toJson(best->configuration));
        for (std::size_t i = 2; i < 4; ++i) {
            const auto found =
                std::ranges::find(earlier, history[i].configuration, &EarlierTrial::configuration);
            QVERIFY(found != earlier.end() && found->rank && *found->rank < 0.5);
        }
    }

    /// As where the space was changed since.
    void whatIsNotOfTheSpaceIsPassedOver()
    {
        const std::vector<EarlierTrial> outside{
            {"before", 0, 0.1, Configuration({{"x", 50.0}, {"y", 1.0}})},
            {"before", 1, 0.2, Configuration({{"x", 5.0}})},
            {"before", 2, {}, Configuration({{"x", std::string("a")}, {"y", 1.0}})}};
        QCOMPARE(toJson(proposed(*searchFor("auto", 1, outside), {})),
                 toJson(proposed(*searchFor("auto", 1, {}), {})));
    }

    /// That all of them failed is worth something, too.
    void failuresAloneAreNoCandidates()
    {
        std::vector<EarlierTrial> failed = earlierTrials(3);
        for (EarlierTrial& trial : failed)
            trial.rank.reset();
        for (const char* algorithm : {"auto", "gp", "tpe", "cmaes", "evolution"}) {
            const auto search = searchFor(algorithm, 1, failed);
            History history;
            for (int i = 0; i < 15; ++i) {
                history.push_back(ended(proposed(*search, history), i));
                QVERIFY(plane().contains(history.back().configuration));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestWarmStart)
#include "tst_warm_start.moc"
