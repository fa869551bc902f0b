// SPDX-License-Identifier: GPL-3.0-or-later
// `widthwisectl suggest --stdio`, driven over a pipe.
#include "suggest_process.h"
#include "suggest_requests.h"

#include <QJsonArray>
#include <QTest>

#include <algorithm>

using namespace widthwise::ctl;

namespace {

QJsonObject paramsOf(const QJsonObject& trial)
{
    return trial[QLatin1String("params")].toObject();
}

/// Whether exactly what exists is there, within its bounds and of its type.
bool isOfTheSpace(const QJsonObject& params)
{
    const double rate = params[QLatin1String("lr")].toDouble(-1);
    const double layers = params[QLatin1String("layers")].toDouble(-1);
    const QJsonValue optimizer = params[QLatin1String("optimizer")];
    const QJsonArray choices{QLatin1String("sgdm"), QLatin1String("adamw"), 3, 2.5, true};
    const bool hasMomentum = optimizer == QLatin1String("sgdm") || optimizer == true;
    const double momentum = params[QLatin1String("momentum")].toDouble(-1);
    const double depth = params[QLatin1String("depth")].toDouble(-1);
    return rate >= 1e-5 && rate <= 1 && layers >= 2 && layers <= 12 && layers == int(layers) &&
           choices.contains(optimizer) && params.contains(QLatin1String("momentum")) == hasMomentum &&
           (!hasMomentum || (momentum >= 0.5 && momentum <= 0.999)) &&
           params.contains(QLatin1String("depth")) == (layers <= 4) &&
           (layers > 4 || (depth >= 1 && depth <= 3)) &&
           params.size() == 3 + int(hasMomentum) + int(layers <= 4);
}

} // namespace

class TestCtlSuggest : public QObject {
    Q_OBJECT

    /// Sixty segments of trials, one after another; how many were trained to step 9, and all replies.
    static std::pair<int, QList<QByteArray>> climb(const QByteArray& scheduler)
    {
        Suggest suggest;
        QList<QByteArray> replies;
        const auto send = [&](const QByteArray& request) {
            replies.append(suggest.line(request));
            return QJsonDocument::fromJson(replies.last()).object();
        };
        send(init(R"({"sampler":"tpe","eta":3,"run_on":0,"scheduler":")" + scheduler + R"("})",
                  R"({"name":"step","min":1,"max":9})"));
        QMap<int, int> steps;
        int whole = 0;
        for (int segment = 0; segment < 60; ++segment) {
            const QJsonObject trial = send(R"({"cmd":"ask"})")[QLatin1String("trial")].toObject();
            const int id = trial[QLatin1String("id")].toInt(-1);
            const int target = trial[QLatin1String("target_step")].toInt();
            if (trial[QLatin1String("start_step")].toInt(-1) != steps.value(id) || target <= steps.value(id))
                return {};
            QString decision = QStringLiteral("continue");
            while (steps[id] < target && decision == QStringLiteral("continue")) {
                const QByteArray value = QByteArray::number((id * 7 % 11) + 1.0 / ++steps[id]);
                decision = send(R"({"cmd":"report","id":)" + QByteArray::number(id) + R"(,"step":)" +
                                QByteArray::number(steps[id]) + R"(,"value":)" + value +
                                '}')[QLatin1String("decision")]
                               .toString();
            }
            const bool isWhole = steps[id] == 9;
            whole += isWhole;
            const char* state = isWhole                              ? "complete"
                                : decision == QStringLiteral("stop") ? "pruned"
                                                                     : "paused";
            if (!isOk(send(tell(id, state, QByteArray::number((id * 7 % 11) + 1.0 / steps[id])))))
                return {};
        }
        return {whole, replies};
    }

private Q_SLOTS:
    void samplers_data()
    {
        QTest::addColumn<QByteArray>("algorithm");
        for (const char* sampler : {"auto", "random", "grid", "sobol", "tpe", "gp", "evolution"})
            QTest::newRow(sampler) << QByteArray(R"({"sampler":")" + QByteArray(sampler) + R"("})");
        QTest::newRow("the program's own") << QByteArray("{}");
        QTest::newRow("with settings") << QByteArray(R"({"sampler":"evolution","population":5,"eta":3})");
    }

    /// Eight trials at a time; the replies are the same bytes each time, and configurations of the space.
    void aStudyRuns_data() { samplers_data(); }
    void aStudyRuns()
    {
        QFETCH(QByteArray, algorithm);
        QList<QByteArray> first;
        for (int run = 0; run < 2; ++run) {
            Suggest suggest;
            QList<QByteArray> replies;
            const auto send = [&](const QByteArray& request) {
                replies.append(suggest.line(request));
                return QJsonDocument::fromJson(replies.last()).object();
            };
            const QJsonObject begun = send(init(algorithm));
            QVERIFY2(isOk(begun), replies.last().constData());
            QCOMPARE(begun[QLatin1String("version")].toInt(), 1);
            for (int id = 0; id < 40; ++id) {
                const QJsonObject trial = send(R"({"cmd":"ask"})")[QLatin1String("trial")].toObject();
                QCOMPARE(trial[QLatin1String("id")].toInt(-1), id);
                QCOMPARE(trial[QLatin1String("start_step")].toInt(-1), 0);
                QVERIFY2(isOfTheSpace(paramsOf(trial)), replies.last().constData());
                if (id >= 8)
                    QVERIFY(isOk(send(id % 5 == 0 ? tell(id - 8, "failed", "null")
                                                  : tell(id - 8, "complete", QByteArray::number(id % 7)))));
            }
            const QJsonObject best = send(R"({"cmd":"best"})")[QLatin1String("best")].toObject();
            QCOMPARE(best[QLatin1String("value")].toDouble(-1), 0.0);
            QVERIFY(isOfTheSpace(paramsOf(best)));
            if (run == 0)
                first = replies;
            QCOMPARE(replies, first);
        }
    }

    void aBatchIsSeveralTrials()
    {
        Suggest suggest;
        QVERIFY(isOk(suggest(init("{}"))));
        const QJsonArray trials = suggest(R"({"cmd":"ask","n":5})")[QLatin1String("trials")].toArray();
        QCOMPARE(trials.size(), 5);
        QCOMPARE(trials[4][QLatin1String("id")].toInt(), 4);
    }

    /// Reports are answered with what the scheduler decides, and a full trial's last step is the target.
    void reportsAreJudged()
    {
        Suggest suggest;
        QVERIFY(isOk(suggest(
            init(R"({"sampler":"random","scheduler":"median"})", R"({"name":"step","min":1,"max":9})"))));
        QString last;
        for (int id = 0; id < 6; ++id) {
            const QJsonObject trial = suggest(R"({"cmd":"ask"})")[QLatin1String("trial")].toObject();
            QCOMPARE(trial[QLatin1String("target_step")].toInt(), 9);
            for (int step = 1; step <= 3; ++step)
                last = suggest(R"({"cmd":"report","id":)" + QByteArray::number(id) + R"(,"step":)" +
                               QByteArray::number(step) + R"(,"value":)" + QByteArray::number(id) +
                               '}')[QLatin1String("decision")]
                           .toString();
            QCOMPARE(last, id < 3 ? QStringLiteral("continue") : QStringLiteral("stop"));
        }
        QVERIFY(isOk(suggest(tell(5, "pruned", "5"))));
        QVERIFY(isOk(suggest(tell(0, "paused", "0"))));
        QVERIFY(isOk(suggest(tell(0, "complete", "0"))));
        const QJsonObject best = suggest(R"({"cmd":"best"})")[QLatin1String("best")].toObject();
        QCOMPARE(best[QLatin1String("id")].toInt(-1), 0);
        QCOMPARE(best[QLatin1String("step")].toInt(-1), 3);
    }

    /// A name alone is that of the sampler, or else of the scheduler.
    void anAlgorithmMayBeAName()
    {
        for (const auto& [name, object] : {std::pair{R"("grid")", R"({"sampler":"grid"})"},
                                           {R"("hyperband")", R"({"scheduler":"hyperband"})"}}) {
            Suggest one, other;
            const QByteArray steps = R"({"name":"step","min":1,"max":9})";
            QVERIFY(isOk(one(init(name, steps))) && isOk(other(init(object, steps))));
            for (int id = 0; id < 3; ++id)
                QCOMPARE(one.line(R"({"cmd":"ask"})"), other.line(R"({"cmd":"ask"})"));
        }
    }

    /// Trials pause at their rung, are promoted from the step where they are, or are stopped; the same each
    /// time.
    void trialsClimbRungs_data()
    {
        QTest::addColumn<QByteArray>("scheduler");
        for (const char* scheduler : {"sha", "asha", "asha_promotion", "hyperband"})
            QTest::newRow(scheduler) << QByteArray(scheduler);
    }
    void trialsClimbRungs()
    {
        QFETCH(QByteArray, scheduler);
        const std::pair<int, QList<QByteArray>> first = climb(scheduler);
        QVERIFY2(first.first > 0, "none was trained to its end");
        QVERIFY(climb(scheduler) == first);
    }

    /// What is known before is learned from, and has no id.
    void historyIsLearnedFrom()
    {
        QByteArray trials;
        for (int i = 0; i < 60; ++i) {
            const double x = i / 60.0;
            trials += (i > 0 ? "," : "") + QByteArray(R"({"state":"complete","value":)") +
                      QByteArray::number((x - 0.7) * (x - 0.7)) + R"(,"params":{"x":)" +
                      QByteArray::number(x) + R"(},"step":2,"curve":[[1,3.0],[2,1.5]]})";
        }
        Suggest suggest;
        QVERIFY(isOk(suggest(
            R"({"cmd":"init","seed":3,"space":[{"name":"x","type":"float","low":0,"high":1}],"algorithm":{"sampler":"gp"}})")));
        QCOMPARE(suggest(R"({"cmd":"history","trials":[)" + trials + "]}")[QLatin1String("accepted")].toInt(),
                 60);
        QVERIFY(suggest(R"({"cmd":"best"})")[QLatin1String("best")].isNull());
        const QJsonObject trial = suggest(R"({"cmd":"ask"})")[QLatin1String("trial")].toObject();
        QCOMPARE(trial[QLatin1String("id")].toInt(-1), 0);
        const double x = paramsOf(trial)[QLatin1String("x")].toDouble();
        QVERIFY2(std::abs(x - 0.7) < 0.02, qPrintable(QString::number(x)));
    }

    /// Trials of another study have no number here: a grid begins at its beginning, as auto does.
    void historyShiftsNoNumber_data()
    {
        QTest::addColumn<QByteArray>("sampler");
        for (const char* sampler : {"grid", "sobol", "random", "auto", "gp", "tpe", "evolution"})
            QTest::newRow(sampler) << QByteArray(sampler);
    }
    void historyShiftsNoNumber()
    {
        QFETCH(QByteArray, sampler);
        const QByteArray begin = init(R"({"sampler":")" + sampler + R"("})");
        Suggest suggest, untold;
        QVERIFY(isOk(suggest(begin)) && isOk(untold(begin)));
        const QByteArray known = R"({"params":{"lr":0.1,"layers":9,"optimizer":3},"state":)";
        QVERIFY(isOk(suggest(R"({"cmd":"history","trials":[)" + known + R"("failed"},)" + known +
                             R"("complete","value":2}]})")));
        for (int id = 0; id < 4; ++id)
            QCOMPARE(suggest.line(R"({"cmd":"ask"})"), untold.line(R"({"cmd":"ask"})"));
    }

    /// Trials with an id are of this study: a process that is told how they stand goes on as the one that
    /// asked for them.
    void aStudyIsTakenUp_data() { samplers_data(); }
    void aStudyIsTakenUp()
    {
        QFETCH(QByteArray, algorithm);
        Suggest lived;
        QVERIFY(lived(init(algorithm))[QLatin1String("resumable")].toBool());
        QJsonArray standings;
        for (int id = 0; id < 30; ++id) {
            const QJsonObject trial = lived(R"({"cmd":"ask"})")[QLatin1String("trial")].toObject();
            QJsonObject standing{{QStringLiteral("id"), id},
                                 {QStringLiteral("params"), trial[QLatin1String("params")]},
                                 {QStringLiteral("state"), QStringLiteral("running")}};
            const int ending = id - 3;
            if (ending >= 0) {
                const bool fails = ending % 4 == 0;
                QVERIFY(isOk(lived(tell(ending, fails ? "failed" : "complete",
                                        fails ? "null" : QByteArray::number(ending % 7)))));
                QJsonObject ended = standings[ending].toObject();
                ended[QLatin1String("state")] = fails ? QStringLiteral("failed") : QStringLiteral("complete");
                if (!fails)
                    ended[QLatin1String("value")] = ending % 7;
                standings[ending] = ended;
            }
            standings.append(standing);
        }
        Suggest resumed;
        QVERIFY(isOk(resumed(init(algorithm))));
        const auto teach = [&](const QJsonArray& trials) {
            const QJsonObject request{{QStringLiteral("cmd"), QStringLiteral("history")},
                                      {QStringLiteral("trials"), trials}};
            return resumed(QJsonDocument(request).toJson(QJsonDocument::Compact));
        };
        QCOMPARE(teach(standings)[QLatin1String("accepted")].toInt(), 30);
        QCOMPARE(resumed.line(R"({"cmd":"best"})"), lived.line(R"({"cmd":"best"})"));
        for (int id = 30; id < 33; ++id)
            QCOMPARE(resumed.line(R"({"cmd":"ask"})"), lived.line(R"({"cmd":"ask"})"));

        QVERIFY(isOk(lived(tell(28, "complete", "0.5"))));
        QJsonObject ended = standings[28].toObject();
        ended[QLatin1String("state")] = QStringLiteral("complete");
        ended[QLatin1String("value")] = 0.5;
        QVERIFY(isOk(teach({ended}))); // one that is known stands otherwise
        QVERIFY(isOk(resumed(tell(29, "failed", "null"))) && isOk(lived(tell(29, "failed", "null"))));
        QCOMPARE(resumed.line(R"({"cmd":"ask"})"), lived.line(R"({"cmd":"ask"})"));
    }

    /// While it thought, a promotion took the number of the trial that it was asked for.
    void aTrialGetsALaterNumber_data() { samplers_data(); }
    void aTrialGetsALaterNumber()
    {
        QFETCH(QByteArray, algorithm);
        Suggest lived, resumed;
        QVERIFY(isOk(lived(init(algorithm))) && isOk(resumed(init(algorithm))));
        const auto history = [](const QByteArray& trials) -> QByteArray {
            return R"({"cmd":"history","trials":[)" + trials + "]}";
        };
        const QByteArray params = R"("params":{"lr":0.1,"layers":9,"optimizer":3})";
        const QByteArray first = R"({"id":0,"state":"complete","value":1,)" + params + '}';
        QVERIFY(isOk(lived(history(first))));
        const QJsonObject asked = lived(R"({"cmd":"ask"})")[QLatin1String("trial")].toObject();
        QCOMPARE(asked[QLatin1String("id")].toInt(), 1);
        const QByteArray promoted = R"({"id":1,"parent":0,"state":"running",)" + params + '}';
        const QByteArray own = R"({"id":2,"state":"running","params":)" +
                               QJsonDocument(paramsOf(asked)).toJson(QJsonDocument::Compact) + '}';
        QVERIFY(isOk(lived(history(promoted + ',' + own))));
        QVERIFY(isOk(resumed(history(first + ',' + promoted + ',' + own))));
        const QByteArray next = lived.line(R"({"cmd":"ask"})");
        QCOMPARE(next, resumed.line(R"({"cmd":"ask"})"));
        QVERIFY2(next.contains(R"("id":3)"), next.constData());
    }

    void itEndsWithQuitAndWithItsInput()
    {
        Suggest quitting;
        QVERIFY(isOk(quitting(R"({"cmd":"ping"})")));
        QVERIFY(isOk(quitting(R"({"cmd":"quit"})")));
        QVERIFY(quitting.process().waitForFinished(Suggest::patience));
        QCOMPARE(quitting.process().exitCode(), 0);
        Suggest closed;
        QVERIFY(isOk(closed(init("{}"))));
        closed.process().closeWriteChannel();
        QVERIFY(closed.process().waitForFinished(Suggest::patience));
        QCOMPARE(closed.process().exitCode(), 0);
        QCOMPARE(closed.process().readAllStandardOutput(), QByteArray());
    }
};

QTEST_GUILESS_MAIN(TestCtlSuggest)
#include "tst_ctl_suggest.moc"
