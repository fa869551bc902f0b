// SPDX-License-Identifier: GPL-3.0-or-later
// What `widthwisectl suggest --stdio` answers to requests that are wrong.
#include "suggest_process.h"
#include "suggest_requests.h"

#include <QTest>

using namespace widthwise::ctl;

class TestCtlSuggestMistakes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatDoesNotFitARungIsToldOf()
    {
        Suggest suggest;
        QVERIFY(isOk(suggest(init(R"({"sampler":"random","scheduler":"sha","min_step":3})",
                                  R"({"name":"step","min":1,"max":9})"))));
        QVERIFY(isOk(suggest(R"({"cmd":"ask"})")));
        const auto errorOf = [&](const QByteArray& request) {
            const QJsonObject reply = suggest(request);
            return isOk(reply) ? QString() : reply[QLatin1String("error")].toString();
        };
        const auto reportAt = [](int step) -> QByteArray {
            return R"({"cmd":"report","id":0,"value":1,"step":)" + QByteArray::number(step) + '}';
        };
        QVERIFY(
            errorOf(reportAt(10)).contains(QStringLiteral("step: expected at most 9, the max of the fid")));
        QCOMPARE(errorOf(reportAt(3)), QString());
        QVERIFY(errorOf(reportAt(4)).contains(QStringLiteral("trial 0 was to pause at step 3")));
        QCOMPARE(errorOf(tell(0, "paused", "1")), QString());
        const QString paused = QStringLiteral("id: trial 0 is paused: it goes on when an ask names it again");
        QCOMPARE(errorOf(reportAt(4)), paused);
        QCOMPARE(errorOf(tell(0, "complete", "1")), paused);
    }

    /// As a client in Python writes it.
    void aValueThatIsNotFiniteHasDiverged_data()
    {
        QTest::addColumn<QByteArray>("value");
        for (const char* value : {"NaN", "Infinity", "-Infinity", "null"})
            QTest::newRow(value) << QByteArray(value);
    }
    void aValueThatIsNotFiniteHasDiverged()
    {
        QFETCH(QByteArray, value);
        Suggest suggest;
        QVERIFY(isOk(suggest(init("{}"))));
        QVERIFY(isOk(suggest(R"({"cmd":"ask"})")));
        QVERIFY(isOk(suggest(tell(0, "complete", value))));
        QVERIFY(suggest(R"({"cmd":"best"})")[QLatin1String("best")].isNull());
    }

    void mistakesAreAnsweredAndChangeNothing_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QString>("error");
        const auto row = [](const char* name, const QByteArray& request, const char* error) {
            QTest::newRow(name) << request << QString::fromUtf8(error);
        };
        row("no JSON", "hello", "parse error");
        row("nothing", "", "parse error");
        row("no UTF-8", "{\"cmd\":\"\xff\"}", "parse error");
        row("a list", "[1]", "expected an object with cmd");
        row("no command", "{}", "cmd: expected a string");
        row("another command", R"({"cmd":"aks"})", "cmd: expected init, ask, ");
        row("init again", init("{}"), "init: the study has begun");
        row("no such trial", tell(7, "complete", "1"), "id: there is no trial 7");
        row("a negative one", tell(-1, "complete", "1"), "id: there is no trial -1");
        row("one that has ended", tell(0, "complete", "1"), "id: trial 0 has ended");
        row("no id", R"({"cmd":"tell","state":"complete","value":1})", "id: expected an integer");
        row("another state", tell(1, "done", "1"), "state: expected complete, pruned, paused or failed");
        row("no value", R"({"cmd":"tell","id":1,"state":"complete"})",
            "value: expected the objective of a trial that is complete");
        row("a number without bound", R"({"cmd":"tell","id":1,"state":"complete","value":1e999})",
            "parse error: a number is greater");
        row("a value that is none", tell(1, "complete", R"("low")"), "tell.value: expected a number");
        row("report without fidelity", R"({"cmd":"report","id":1,"step":1,"value":1})",
            "report: the study has no");
        row("too many", R"({"cmd":"ask","n":1e3})", "n: expected an integer");
        row("history of another space",
            R"({"cmd":"history","trials":[{"params":{"lr":0.1},"state":"failed"}]})",
            "trials[0].params: expected exactly the parameters that exist");
        row("history out of bounds",
            R"({"cmd":"history","trials":[{"params":{"lr":7,"layers":9,"optimizer":3},"state":"failed"}]})",
            "trials[0].params.lr: 7 is out of the bounds of lr");
        row("history with too much",
            R"({"cmd":"history","trials":[{"params":{"lr":0.1,"layers":9,"optimizer":3,"z":1},"state":"failed"}]})",
            "trials[0].params.z: the space has no such parameter");
        const QByteArray whole = R"("params":{"lr":0.1,"layers":9,"optimizer":3}})";
        row("a trial of another study that runs",
            R"({"cmd":"history","trials":[{"state":"running",)" + whole + "]}",
            "trials[0].state: expected complete, pruned, paused or failed");
        row("an id that does not follow",
            R"({"cmd":"history","trials":[{"id":2,"state":"running",)" + whole +
                R"(,{"id":4,"state":"failed",)" + whole + "]}",
            "trials[1].id: expected 0 to 3, got 4");
        row("a parent that comes later",
            R"({"cmd":"history","trials":[{"id":2,"parent":2,"state":"running",)" + whole + "]}",
            "trials[0].parent: expected 0 to 1, got 2");
    }
    void mistakesAreAnsweredAndChangeNothing()
    {
        QFETCH(QByteArray, request);
        QFETCH(QString, error);
        Suggest suggest, undisturbed;
        for (Suggest* one : {&suggest, &undisturbed}) {
            QVERIFY(isOk((*one)(init("{}"))));
            QVERIFY(isOk((*one)(R"({"cmd":"ask"})")) && isOk((*one)(R"({"cmd":"ask"})")));
            QVERIFY(isOk((*one)(tell(0, "complete", "1"))));
        }
        const QJsonObject reply = suggest(request);
        QVERIFY(reply.contains(QLatin1String("ok")) && !isOk(reply));
        const QString said = reply[QLatin1String("error")].toString();
        QVERIFY2(said.contains(error), qPrintable(said));
        QCOMPARE(suggest.line(R"({"cmd":"ask"})"), undisturbed.line(R"({"cmd":"ask"})"));
    }

    void aStudyThatCannotBeginIsRefused_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QString>("error");
        const auto row = [](const char* name, const QByteArray& parameters, const char* error,
                            const QByteArray& more = "") {
            QTest::newRow(name) << QByteArray(R"({"cmd":"init","space":[)" + parameters + ']' + more + '}')
                                << QString::fromUtf8(error);
        };
        const QByteArray x = R"({"name":"x","type":"float","low":0,"high":1})";
        row("bounds", R"({"name":"x","type":"float","low":2,"high":1})", "space.x.");
        row("no bound", R"({"name":"x","type":"float","low":2})", "space[0].high: expected a number");
        row("another type", R"({"name":"x","type":"double","low":0,"high":1})",
            "space[0].type: expected float, int or categorical");
        row("half an integer", R"({"name":"x","type":"int","low":0.5,"high":1})",
            "space[0].low: expected an integer");
        row("the logarithm of 0", R"({"name":"x","type":"float","low":0,"high":1,"log":true})", "space.x.");
        row("no choice", R"({"name":"x","type":"categorical","choices":[]})",
            "space[0].choices: expected a list");
        row("the same choice", R"({"name":"x","type":"categorical","choices":[1,1]})", "stands there twice");
        row("the same name", x + ',' + x, "space.x.name");
        row("a later parent",
            R"({"name":"y","type":"float","low":0,"high":1,"when":{"param":"x","in":[1]}},)" + x,
            "space[0].when.param: \"x\" is no parameter that stands before");
        row("another choice of a parent",
            R"({"name":"k","type":"categorical","choices":["a"]},)"
            R"({"name":"y","type":"float","low":0,"high":1,"when":{"param":"k","in":["b"]}})",
            "space[1].when.in: \"b\" is none of the choices of k");
        row("another version", x, "version: expected 1, got 2", R"(,"version":2)");
        row("another direction", x, "direction: expected minimize or maximize", R"(,"direction":"up")");
        row("another sampler", x, "(did you mean \"tpe\"?)", R"(,"algorithm":{"sampler":"tep"})");
        row("another scheduler", x, "(did you mean \"median\"?)", R"(,"algorithm":{"scheduler":"medain"})");
        row("a setting out of bounds", x, "algorithm.population: expected at least 2, got 1",
            R"(,"algorithm":{"sampler":"evolution","population":1})");
        row("a space that the sampler cannot search",
            R"({"name":"k","type":"categorical","choices":["a","b"]})",
            "cmaes searches numbers, and k is one of several choices", R"(,"algorithm":{"sampler":"cmaes"})");
        row("rungs without a fidelity", x, "halving compares trials at steps: give a fidelity",
            R"(,"algorithm":{"scheduler":"sha"})");
        row("no rung", x, "fidelity.min: expected 1 to 2, below the max of the fidelity, got 3",
            R"(,"algorithm":{"scheduler":"sha"},"fidelity":{"min":3,"max":3})");
        row("a run of one step", x, "fidelity.max: expected at least 2",
            R"(,"algorithm":{"scheduler":"sha"},"fidelity":{"min":1,"max":1})");
        row("a lowest rung beyond the end", x, "algorithm.min_step: expected 1 to 8, below the max",
            R"(,"algorithm":{"scheduler":"sha","min_step":9},"fidelity":{"min":1,"max":9})");
        row("a lowest rung of a population", x, "algorithm.min_step: expected 1 to 8, below the max",
            R"(,"algorithm":{"scheduler":"pbt","min_step":0},"fidelity":{"min":1,"max":9})");
        row("a fidelity without begin", x, "fidelity.min: expected an integer",
            R"(,"algorithm":{"scheduler":"sha"},"fidelity":{"max":9})");
        row("eta out of bounds", x, "algorithm.eta: expected at least 1.1, got 1",
            R"(,"algorithm":{"scheduler":"sha","eta":1},"fidelity":{"min":1,"max":9})");
        row("an unknown key", x,
            "algorithm.sampelr: no sampler and no scheduler has it (did you mean \"sampler\"?)",
            R"(,"algorithm":{"sampelr":"tpe"})");
        row("a key of experiment files", x, "(did you mean \"min_step\"?)",
            R"(,"algorithm":{"scheduler":"sha","min_steps":3},"fidelity":{"min":1,"max":9})");
        row("an unknown name", x, "algorithm.sampler: unknown sampler \"tep\" (did you mean \"tpe\"?)",
            R"(,"algorithm":"tep")");
        row("no algorithm", x, "algorithm: expected an object", R"(,"algorithm":["tpe"])");
        row("rungs without end", x, "a population is compared at most 10000 times in a run",
            R"(,"algorithm":{"scheduler":"pbt","min_step":1},"fidelity":{"min":1,"max":9223372036854775807})");
        row("an end before the beginning", x, "fidelity.max: expected at least 5, got 1",
            R"(,"fidelity":{"min":5,"max":1})");
        row("a population of one", x, "algorithm.population: expected at least 2, got 1",
            R"(,"algorithm":{"scheduler":"pbt","population":1},"fidelity":{"min":1,"max":9})");
        row("a population that nothing is copied in", x,
            "algorithm: pbt replaces the worst by copies of the best, and of 3 trials",
            R"(,"algorithm":{"scheduler":"pbt","population":3},"fidelity":{"min":1,"max":9})");
        row("a fidelity without end", x, "fidelity.max: expected an integer", R"(,"fidelity":{"min":1})");
    }
    void aStudyThatCannotBeginIsRefused()
    {
        QFETCH(QByteArray, request);
        QFETCH(QString, error);
        Suggest suggest;
        QVERIFY(!isOk(suggest(R"({"cmd":"ask"})")));
        const QJsonObject reply = suggest(request);
        QVERIFY(reply.contains(QLatin1String("ok")) && !isOk(reply));
        const QString said = reply[QLatin1String("error")].toString();
        QVERIFY2(said.contains(error), qPrintable(said));
        QVERIFY(isOk(suggest(init("{}")))); // another attempt may succeed
    }
};

QTEST_GUILESS_MAIN(TestCtlSuggestMistakes)
#include "tst_ctl_suggest_mistakes.moc"
