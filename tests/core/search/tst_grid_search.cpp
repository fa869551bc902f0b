// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/grid_search.h"

#include <QTest>

#include <set>
#include <stdexcept>

using namespace widthwise;

namespace {

Value text(const char* value)
{
    return std::string(value);
}

Parameter choices(const std::string& name, std::vector<Value> values, std::optional<Condition> when = {})
{
    return {name, Choices{std::move(values)}, std::move(when), {}};
}

std::vector<std::string> everything(const SearchSpace& space, int points)
{
    const auto search = makeSearchAlgorithm({"grid", {{"points", points}}}, space, Direction::Minimize, 1);
    std::vector<std::string> result;
    for (History history;;) {
        const Proposal proposal = search->propose(history);
        if (std::holds_alternative<Exhausted>(proposal))
            return result;
        const auto& configuration = std::get<Configuration>(proposal);
        if (!space.contains(configuration))
            throw std::logic_error("outside the space: " + toJson(configuration));
        result.push_back(toJson(configuration));
        history.push_back({.configuration = configuration});
    }
}

} // namespace

class TestGridSearch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// A fidelity gives trials another value of what the space has fixed.
    void aTrialAtAnotherSizeHasRun()
    {
        const SearchSpace space({{"size", FixedValue{Value(std::int64_t(32))}, {}, {}},
                                 {"x", Choices{{text("a"), text("b")}}, {}, {}}});
        GridSearch grid(space, 2);
        History history;
        std::set<std::string> proposed;
        for (int i = 0; i < 2; ++i) {
            Configuration configuration = std::get<Configuration>(grid.propose(history));
            proposed.insert(toText(*configuration.find("x")));
            configuration.set("size", std::int64_t(16));
            history.push_back({.configuration = configuration});
        }
        QCOMPARE(proposed.size(), std::size_t(2));
        QVERIFY(std::holds_alternative<Exhausted>(grid.propose(history)));
    }

    /// What has run counts once, and only where it is a combination of this grid.
    void whatIsLeftIsCounted()
    {
        const SearchSpace space({choices("kind", {text("a"), text("b")}),
                                 {"x", FloatRange{0, 1, Scale::Linear, {}}, {}, {}},
                                 choices("more", {text("m"), text("n")}, Condition{"kind", {text("b")}})});
        GridSearch grid(space, 3);
        QCOMPARE(grid.left(), std::uint64_t(9));
        const auto left = [&](std::vector<std::pair<std::string, Value>> values) {
            grid.pass(Configuration(std::move(values)));
            return grid.left();
        };
        QCOMPARE(left({{"kind", text("a")}, {"x", 0.5}}), std::uint64_t(8));
        QCOMPARE(left({{"kind", text("a")}, {"x", 0.5}}), std::uint64_t(8));
        QCOMPARE(left({{"kind", text("a")}, {"x", 0.25}}), std::uint64_t(8));
        QCOMPARE(left({{"kind", text("c")}, {"x", 0.5}}), std::uint64_t(8));
        QCOMPARE(left({{"kind", text("a")}, {"x", 0.5}, {"more", text("m")}}), std::uint64_t(8));
        QCOMPARE(left({{"kind", text("b")}, {"x", 0.0}}), std::uint64_t(8));
        QCOMPARE(left({{"kind", text("b")}, {"x", 0.0}, {"more", text("n")}}), std::uint64_t(7));
        QCOMPARE(left({{"kind", text("b")}, {"x", 0.0}, {"more", text("n")}, {"width", std::int64_t(8)}}),
                 std::uint64_t(7));
    }

    void theLastParameterRunsFastest()
    {
        const SearchSpace space(
            {{"width", Choices{{Value(std::int64_t(32)), Value(std::int64_t(64))}}, {}, {}},
             {"max_lr", FloatRange{1e-3, 1e-1, Scale::Log, {}}, {}, {}}});
        const std::vector<std::string> expected{
            R"({"width":32,"max_lr":0.001})", R"({"width":32,"max_lr":0.01})",
            R"({"width":32,"max_lr":0.1})",   R"({"width":64,"max_lr":0.001})",
            R"({"width":64,"max_lr":0.01})",  R"({"width":64,"max_lr":0.1})"};
        QCOMPARE(everything(space, 3), expected);
        QCOMPARE(gridSize(space, 3), std::uint64_t(6));
    }

    void absentParametersMultiplyNothing()
    {
        const SearchSpace space(
            {choices("optimizer", {text("adam"), text("sgd"), text("lamb")}),
             {"momentum", FloatRange{0, 1, Scale::Linear, {}}, Condition{"optimizer", {text("sgd")}}, {}},
             choices("nesterov", {true, false}, Condition{"momentum", {Value(0.5), Value(1.0)}}),
             choices("eps", {1e-8, 1e-6}, Condition{"optimizer", {text("adam"), text("lamb")}})});
        const std::vector<std::string> expected{R"({"optimizer":"adam","eps":1e-08})",
                                                R"({"optimizer":"adam","eps":1e-06})",
                                                R"({"optimizer":"sgd","momentum":0.0})",
                                                R"({"optimizer":"sgd","momentum":0.5,"nesterov":true})",
                                                R"({"optimizer":"sgd","momentum":0.5,"nesterov":false})",
                                                R"({"optimizer":"sgd","momentum":1.0,"nesterov":true})",
                                                R"({"optimizer":"sgd","momentum":1.0,"nesterov":false})",
                                                R"({"optimizer":"lamb","eps":1e-08})",
                                                R"({"optimizer":"lamb","eps":1e-06})"};
        QCOMPARE(everything(space, 3), expected);
        QCOMPARE(gridSize(space, 3), std::uint64_t(expected.size()));
    }

    void combinationsAreDifferent()
    {
        std::vector<Parameter> parameters;
        for (const char* name : {"a", "b", "c", "d"})
            parameters.push_back({name, IntegerRange{0, 100, Scale::Linear, {}}, {}, {}});
        const std::vector<std::string> all = everything(SearchSpace(parameters), 6);
        QCOMPARE(all.size(), std::size_t(6 * 6 * 6 * 6));
        QCOMPARE(std::set<std::string>(all.begin(), all.end()).size(), all.size());
    }

    void hugeGridsSaturate()
    {
        std::vector<Parameter> parameters;
        for (char name = 'a'; name <= 'z'; ++name)
            parameters.push_back({std::string(1, name), FloatRange{0, 1, Scale::Linear, {}}, {}, {}});
        const SearchSpace space(parameters);
        QCOMPARE(gridSize(space, 100), std::uint64_t(1) << 62);
        QVERIFY(space.contains(GridSearch(space, 100).at(2147483647)));
    }

    void anEmptySpaceHasOneConfiguration()
    {
        QCOMPARE(everything(SearchSpace(), 5), std::vector<std::string>{"{}"});
    }

    void atLeastOnePointIsNeeded()
    {
        QVERIFY_EXCEPTION_THROWN(
            makeSearchAlgorithm({"grid", {{"points", 0}}}, SearchSpace(), Direction::Minimize, 1),
            std::invalid_argument);
    }
};

QTEST_GUILESS_MAIN(TestGridSearch)
#include "tst_grid_search.moc"
