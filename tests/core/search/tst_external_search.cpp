// SPDX-License-Identifier: GPL-3.0-or-later
// What another program is asked and told, over a conversation that is written down.
#include "core/search/algorithms.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <deque>

using namespace widthwise;

namespace {

/// What is said, in both directions; the answers are given in advance.
struct Minutes {
    QList<QJsonObject> requests;
    std::deque<QByteArray> answers;
    int begun = 0;
    bool isAsked = false; ///< there is a request without an answer

    QJsonObject last(int back = 0) const { return requests.at(requests.size() - 1 - back); }
};

/// In place of an answer that takes its time.
const QByteArray notYet = "…";

class Scripted final : public Conversation {
public:
    explicit Scripted(Minutes& minutes) : m_minutes(minutes) {}

    void begin() override { ++m_minutes.begun; }
    void send(const std::string& request) override
    {
        QCOMPARE(m_minutes.isAsked, false);
        m_minutes.isAsked = true;
        m_minutes.requests.append(QJsonDocument::fromJson(QByteArray::fromStdString(request)).object());
    }
    std::optional<std::string> answer() override
    {
        const QByteArray answer =
            m_minutes.answers.empty() ? QByteArray(R"({"ok":true})") : m_minutes.answers.front();
        if (!m_minutes.answers.empty())
            m_minutes.answers.pop_front();
        if (answer == notYet)
            return std::nullopt;
        m_minutes.isAsked = false;
        return answer.toStdString();
    }
    std::string delay() const override { return "it is slow"; }
    SearchFailure failure(const std::string& problem) const override
    {
        m_minutes.isAsked = false;
        return SearchFailure(problem);
    }

private:
    Minutes& m_minutes;
};

/// A range, steps, an integer, choices of all kinds, and parameters that depend on these or on fixed values.
SearchSpace space()
{
    const auto when = [](Parameter parameter, const char* parent, std::vector<Value> values) {
        parameter.when = Condition{parent, std::move(values)};
        return parameter;
    };
    return SearchSpace(
        {{"lr", FloatRange{1e-4, 1, Scale::Log, {}}, {}, {}},
         {"drop", FloatRange{0, 0.5, Scale::Linear, 0.1}, {}, {}},
         {"layers", IntegerRange{1, 9, Scale::Linear, 2}, {}, {}},
         {"kind",
          Choices{{Value(std::string("a")), Value(true), Value(std::int64_t(2)), Value(2.5)}},
          {},
          {}},
         {"model", FixedValue{Value(std::string("gn2"))}, {}, {}},
         when({"mass", FloatRange{0, 1, Scale::Linear, {}}, {}, {}}, "kind", {Value(std::string("a"))}),
         when({"heads", IntegerRange{1, 8, Scale::Linear, {}}, {}, {}}, "model",
              {Value(std::string("gn2"))})});
}

const QByteArray inside = R"({"lr":0.5,"drop":0.2,"layers":3,"kind":2,"heads":4})";
const std::string insideWhole = R"({"lr":0.5,"drop":0.2,"layers":3,"kind":2,"model":"gn2","heads":4})";

QByteArray trial(int id, const QByteArray& params = inside)
{
    return R"({"ok":true,"trial":{"id":)" + QByteArray::number(id) + R"(,"params":)" + params + "}}";
}

const QByteArray plain = R"({"ok":true,"version":1,"name":"plain"})";
const QByteArray resumable = R"({"ok":true,"version":1,"name":"r","resumable":true,"unknown":{}})";
const QByteArray good = R"({"ok":true})";

std::unique_ptr<SearchAlgorithm> search(Minutes& minutes, std::vector<Configuration> first = {})
{
    return makeSearchAlgorithm({.algorithm = "external", .configurations = std::move(first)}, space(),
                               Direction::Maximize, 7, {std::make_unique<Scripted>(minutes), 8, 200});
}

QString failureOf(SearchAlgorithm& search, const History& history)
{
    try {
        search.propose(history);
    } catch (const SearchFailure& failure) {
        return QString::fromUtf8(failure.what());
    }
    return {};
}

Configuration proposed(SearchAlgorithm& search, const History& history)
{
    return std::get<Configuration>(search.propose(history));
}

QByteArray textOf(const QJsonValue& value)
{
    return QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact);
}

} // namespace

class TestExternalSearch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theStudyIsDescribed()
    {
        Minutes minutes;
        minutes.answers = {plain, trial(0)};
        QCOMPARE(toJson(proposed(*search(minutes), {})), insideWhole);
        const QJsonObject init = minutes.requests.first();
        QCOMPARE(init[QLatin1String("cmd")].toString(), QStringLiteral("init"));
        QCOMPARE(init[QLatin1String("version")].toInt(), 1);
        QCOMPARE(init[QLatin1String("seed")].toInt(), 7);
        QCOMPARE(init[QLatin1String("direction")].toString(), QStringLiteral("maximize"));
        QCOMPARE(init[QLatin1String("max_parallel")].toInt(), 8);
        QCOMPARE(init[QLatin1String("max_trials")].toInt(), 200);
        QVERIFY(init[QLatin1String("fidelity")].isNull() && init.contains(QLatin1String("fidelity")));
        QCOMPARE(
            textOf(init[QLatin1String("space")]),
            QByteArray(
                R"([{"high":1,"log":true,"low":1e-04,"name":"lr","type":"float"},)"
                R"({"high":0.5,"log":false,"low":0,"name":"drop","step":0.1,"type":"float"},)"
                R"({"high":9,"log":false,"low":1,"name":"layers","step":2,"type":"int"},)"
                R"({"choices":["a",true,2,2.5],"name":"kind","type":"categorical"},)"
                R"({"high":1,"log":false,"low":0,"name":"mass","type":"float","when":{"in":["a"],"param":"kind"}},)"
                R"({"high":8,"log":false,"low":1,"name":"heads","type":"int"}])"));
    }

    /// Between steps a real number is rounded, and a whole number may be written as a real one.
    void whatIsNearlyRightIsTaken()
    {
        Minutes minutes;
        minutes.answers = {
            plain, trial(0, R"({"kind":"a","mass":1,"lr":1,"drop":0.3000001,"layers":5.0,"heads":8})")};
        QCOMPARE(
            toJson(proposed(*search(minutes), {})),
            std::string(R"({"lr":1.0,"drop":0.3,"layers":5,"kind":"a","model":"gn2","mass":1.0,"heads":8})"));
    }

    void nonsenseIsRefused_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("problem");
        const auto row = [](const char* name, const QByteArray& answer, const char* problem) {
            QTest::newRow(name) << answer << QString::fromUtf8(problem);
        };
        row("no JSON", "hello", "expected one line of JSON with \"ok\"");
        row("nothing", "", "expected one line of JSON with \"ok\"");
        row("NaN", R"({"ok":true,"trial":{"id":0,"params":{"lr":NaN}}})", "expected one line of JSON");
        row("a list", "[]", "expected one line of JSON with \"ok\"");
        row("no ok", R"({"trial":null})", "expected one line of JSON with \"ok\"");
        row("refused", R"({"ok":false,"error":"no space left"})", "it refused ask");
        row("no id", R"({"ok":true,"trial":{"params":{}}})", "expected a trial with id and params");
        row("no trial", R"({"ok":true,"trial":7})", "expected a trial with id and params");
        row("no params", R"({"ok":true,"trial":{"id":0}})", "expected params");
        row("lacking", trial(0, R"({"lr":0.5})"), "it lacks a value of drop");
        row("out of bounds", trial(0, QByteArray(inside).replace("0.5", "5")),
            "lr: 5.0 is not in the search space");
        row("out of a stepped range", trial(0, QByteArray(inside).replace("0.2", "0.7")),
            "drop: 0.7 is not in the search space");
        row("off the step", trial(0, QByteArray(inside).replace(":3", ":4")),
            "layers: 4 is not in the search space");
        row("half an integer", trial(0, QByteArray(inside).replace(":3", ":3.5")),
            "layers: expected an integer, got 3.5");
        row("text", trial(0, QByteArray(inside).replace("0.5", R"("0.5")")),
            R"(lr: expected a number, got "0.5")");
        row("no such choice", trial(0, QByteArray(inside).replace("\"kind\":2", "\"kind\":\"b\"")),
            R"(kind: expected one of its choices, got "b")");
        row("what does not exist", trial(0, QByteArray(inside).replace("}", ",\"mass\":0.1}")),
            "mass does not exist with the other values");
        row("what there is not", trial(0, QByteArray(inside).replace("}", ",\"lrr\":1}")),
            "lrr is no parameter of the search space (did you mean \"lr\"?)");
    }
    void nonsenseIsRefused()
    {
        QFETCH(QByteArray, answer);
        QFETCH(QString, problem);
        Minutes minutes;
        minutes.answers = {plain, answer, plain, trial(0)};
        const auto external = search(minutes);
        const QString said = failureOf(*external, {});
        QVERIFY2(said.contains(problem), qPrintable(said));
        QCOMPARE(toJson(proposed(*external, {})), insideWhole); // the program begins anew
        QCOMPARE(minutes.begun, 2);
    }

    /// The plain protocol: an end is told once; what another program proposed, once it has ended.
    void endsAreTold()
    {
        Minutes minutes;
        minutes.answers = {plain, trial(40), trial(41), good, good, trial(42)};
        const auto external = search(minutes);
        History history;
        for (int i = 0; i < 2; ++i)
            history.push_back({.configuration = proposed(*external, history)});
        history.change(0) = {history[0].configuration, PastTrial::State::Ended, 0.25};
        history.change(1).state = PastTrial::State::Failed;
        history.push_back({.configuration = proposed(*external, history)});
        QCOMPARE(QJsonDocument(minutes.last(2)).toJson(QJsonDocument::Compact),
                 QByteArray(R"({"cmd":"tell","id":40,"state":"complete","value":0.25})"));
        QCOMPARE(QJsonDocument(minutes.last(1)).toJson(QJsonDocument::Compact),
                 QByteArray(R"({"cmd":"tell","id":41,"state":"failed","value":null})"));

        Minutes anew;
        anew.answers = {plain, good, trial(0)};
        history.change(2).state = PastTrial::State::Void; // says nothing
        proposed(*search(anew), history);
        QCOMPARE(anew.requests.size(), 3);
        const QJsonArray told = anew.requests[1][QLatin1String("trials")].toArray();
        QCOMPARE(told.size(), 2);
        QVERIFY(!told[0].toObject().contains(QLatin1String("id")));
        QCOMPARE(told[0][QLatin1String("value")].toDouble(), 0.25);
        QCOMPARE(told[0][QLatin1String("params")], QJsonDocument::fromJson(inside).object());
        QCOMPARE(told[1][QLatin1String("state")].toString(), QStringLiteral("failed"));
    }

    /// A trial that failed and was run again has another end.
    void aRetryIsTold()
    {
        Minutes minutes;
        minutes.answers = {plain, trial(0), good, trial(1), good, trial(2)};
        const auto external = search(minutes);
        History history;
        history.push_back({.configuration = proposed(*external, history)});
        history.change(0).state = PastTrial::State::Failed;
        history.push_back({.configuration = proposed(*external, history)});
        history.change(0) = {history[0].configuration, PastTrial::State::Ended, 0.5};
        history.push_back({.configuration = proposed(*external, history)});
        QCOMPARE(minutes.last(1)[QLatin1String("cmd")].toString(), QStringLiteral("history"));
        QCOMPARE(minutes.last(1)[QLatin1String("trials")][0][QLatin1String("value")].toDouble(), 0.5);
        QCOMPARE(minutes.requests.size(), 6);
    }

    /// One that can resume knows of each trial how it stands, also of those that run.
    void standingsAreTold()
    {
        Minutes minutes;
        minutes.answers = {resumable, good, trial(5), good, trial(6)};
        const auto external = search(minutes);
        const Configuration chosen = space().build(
            [](const Parameter& parameter, std::size_t) { return valueAt(parameter.domain, 0.5); });
        History history;
        for (const PastTrial::State state :
             {PastTrial::State::Waiting, PastTrial::State::Ended, PastTrial::State::Failed,
              PastTrial::State::Void, PastTrial::State::Held})
            history.push_back({.configuration = chosen, .state = state, .value = 0.5});
        history.change(4).parent = 1;
        history.push_back({.configuration = proposed(*external, history)});
        const QJsonArray told = minutes.last(1)[QLatin1String("trials")].toArray();
        QStringList states;
        for (const QJsonValue& one : told)
            states.append(one[QLatin1String("state")].toString());
        QCOMPARE(states.join(u' '), QStringLiteral("running complete failed cancelled running"));
        QCOMPARE(told[4][QLatin1String("id")].toInt(), 4);
        QCOMPARE(told[4][QLatin1String("parent")].toInt(), 1);

        history.change(0) = {chosen, PastTrial::State::Ended, -1};
        proposed(*external, history);
        const QJsonArray changed = minutes.last(1)[QLatin1String("trials")].toArray();
        QCOMPARE(changed.size(), 2); // what it proposed is a trial by now, too
        QCOMPARE(changed[0][QLatin1String("value")].toDouble(), -1.0);
        QCOMPARE(changed[1][QLatin1String("id")].toInt(), 5);
    }

    void anIdThatWasGivenBeforeIsRefused()
    {
        Minutes minutes;
        minutes.answers = {plain, trial(3), trial(3)};
        const auto external = search(minutes);
        History history;
        history.push_back({.configuration = proposed(*external, history)});
        QVERIFY(failureOf(*external, history).contains(QStringLiteral("it gave the id 3 a second time")));
    }

    void anIdThatDoesNotFollowIsRefused()
    {
        Minutes minutes;
        minutes.answers = {resumable, trial(3)};
        QVERIFY(failureOf(*search(minutes), {}).contains(QStringLiteral("expected the id 0")));
    }

    /// Nothing to run now: it is asked again when there is something to tell.
    void itIsAskedAgainOnceSomethingHasChanged()
    {
        Minutes minutes;
        minutes.answers = {plain, trial(0), R"({"ok":true,"trial":null})", good, trial(1)};
        const auto external = search(minutes);
        History history;
        history.push_back({.configuration = proposed(*external, history)});
        for (int i = 0; i < 3; ++i)
            QVERIFY(std::holds_alternative<Wait>(external->propose(history)));
        QCOMPARE(minutes.requests.size(), 3);
        history.change(0) = {history[0].configuration, PastTrial::State::Ended, 1};
        QCOMPARE(toJson(proposed(*external, history)), insideWhole);
    }

    /// Nobody waits for an answer, and nothing is asked or told twice meanwhile.
    void itTakesItsTime()
    {
        Minutes minutes;
        minutes.answers = {notYet, plain, notYet, notYet, trial(40), notYet, good, notYet, trial(41)};
        const auto external = search(minutes);
        History history;
        const auto isThinking = [&] {
            const Proposal proposal = external->propose(history);
            const auto* thinking = std::get_if<Thinking>(&proposal);
            return thinking && thinking->delay == "it is slow";
        };
        for (int i = 0; i < 3; ++i)
            QVERIFY(isThinking());
        history.push_back({.configuration = proposed(*external, history)});
        QCOMPARE(minutes.requests.size(), 2);
        history.change(0) = {history[0].configuration, PastTrial::State::Ended, 0.25};
        QVERIFY(isThinking());
        QVERIFY(isThinking());
        proposed(*external, history);
        QStringList commands;
        for (const QJsonObject& request : minutes.requests)
            commands.append(request[QLatin1String("cmd")].toString());
        QCOMPARE(commands.join(u' '), QStringLiteral("init ask tell ask"));
    }

    /// While it thinks, a promotion takes the number of the trial that it is asked for.
    void aTrialMayGetALaterNumber()
    {
        Minutes minutes;
        minutes.answers = {resumable, good, notYet, trial(1), good, trial(3)};
        const auto external = search(minutes);
        const Configuration chosen = space().build(
            [](const Parameter& parameter, std::size_t) { return valueAt(parameter.domain, 0.5); });
        History history{{.configuration = chosen, .state = PastTrial::State::Ended, .value = 0.5}};
        QVERIFY(std::holds_alternative<Thinking>(external->propose(history)));
        history.push_back({.configuration = chosen, .parent = 0});
        history.push_back({.configuration = proposed(*external, history)});
        QCOMPARE(toJson(history[2].configuration), insideWhole);
        QCOMPARE(toJson(proposed(*external, history)), insideWhole);
        const QJsonArray told = minutes.last(1)[QLatin1String("trials")].toArray();
        QCOMPARE(told.size(), 2);
        QCOMPARE(told[0][QLatin1String("id")].toInt(), 1);
        QCOMPARE(told[0][QLatin1String("parent")].toInt(-1), 0);
        QCOMPARE(told[1][QLatin1String("id")].toInt(), 2);
        QCOMPARE(told[1][QLatin1String("params")], QJsonDocument::fromJson(inside).object());
    }

    void aProposalThatWasNotTakenIsMadeAgain()
    {
        Minutes minutes;
        minutes.answers = {plain, trial(0)};
        const auto external = search(minutes);
        QCOMPARE(toJson(proposed(*external, {})), toJson(proposed(*external, {})));
        QCOMPARE(minutes.requests.size(), 2);
    }

    /// The program does not even start before it is needed.
    void chosenConfigurationsComeFirst()
    {
        Minutes minutes;
        minutes.answers = {resumable, good, trial(1)};
        const Configuration chosen({{"lr", 0.1},
                                    {"drop", 0.0},
                                    {"layers", std::int64_t(1)},
                                    {"kind", true},
                                    {"heads", std::int64_t(1)}});
        const auto external = search(minutes, {chosen});
        History history;
        history.push_back({.configuration = proposed(*external, history)});
        QCOMPARE(minutes.begun, 0);
        QCOMPARE(toJson(proposed(*external, history)), insideWhole);
        QCOMPARE(minutes.requests[1][QLatin1String("trials")][0][QLatin1String("params")][QLatin1String("lr")]
                     .toDouble(),
                 0.1);
    }

    void withoutItsProgramItIsRefused()
    {
        try {
            makeSearchAlgorithm({"external"}, space(), Direction::Minimize, 1);
            QFAIL("it was made");
        } catch (const std::invalid_argument& error) {
            QVERIFY(
                QByteArray(error.what()).startsWith("search.algorithm: only a driver starts the program"));
        }
    }
};

QTEST_GUILESS_MAIN(TestExternalSearch)
#include "tst_external_search.moc"
