// SPDX-License-Identifier: GPL-3.0-or-later
// Population-based training for trials that another program runs.
#include "suggest_process.h"

#include <QJsonArray>
#include <QTest>

#include <algorithm>

using namespace widthwise::ctl;

namespace {

QByteArray init(const QByteArray& algorithm)
{
    return R"({"cmd":"init","seed":7,"space":[{"name":"lr","type":"float","low":1e-4,"high":1,"log":true},)"
           R"({"name":"kind","type":"categorical","choices":["a",true]}],)"
           R"("fidelity":{"name":"step","min":1,"max":40},"algorithm":)" +
           algorithm + '}';
}

const QByteArray population = R"({"scheduler":"pbt","sampler":"random","population":5,"min_step":10})";

/// A trial as its program knows it: what it reported by step, and how it stands.
struct Run {
    QJsonObject params;
    QMap<int, double> reported;
    int step = 0;
    int parent = -1;
    bool wasPaused = false;
};

/// Runs what is asked for, one segment after another, ten steps at a time.
class Client {
public:
    QList<QByteArray> replies;
    QMap<int, Run> runs;

    QJsonObject send(const QByteArray& request)
    {
        replies.append(m_suggest.line(request));
        return QJsonDocument::fromJson(replies.last()).object();
    }
    QJsonObject ask() { return send(R"({"cmd":"ask"})")[QLatin1String("trial")].toObject(); }
    /// Runs a trial to its target; its number.
    int run(const QJsonObject& trial)
    {
        const int id = trial[QLatin1String("id")].toInt(-1),
                  start = trial[QLatin1String("start_step")].toInt(-1);
        const bool isNew = !runs.contains(id);
        Run& run = runs[id];
        if (isNew)
            run = {trial[QLatin1String("params")].toObject(),
                   {},
                   start,
                   trial[QLatin1String("parent")].toInt(-1)};
        if (run.step != start || run.params != trial[QLatin1String("params")].toObject())
            qFatal("trial %d does not go on from where it was", id);
        const int target = trial[QLatin1String("target_step")].toInt();
        while (run.step < target)
            report(id, run);
        run.wasPaused = target < 40;
        send(R"({"cmd":"tell","id":)" + QByteArray::number(id) + R"(,"state":")" +
             (run.wasPaused ? "paused" : "complete") + R"(","step":)" + QByteArray::number(run.step) +
             R"(,"value":)" + QByteArray::number(run.reported.last()) + '}');
        return id;
    }

    int segment() { return run(ask()); }

private:
    void report(int id, Run& run)
    {
        run.step += 10;
        run.reported[run.step] = (id * 7 % 11) + 10.0 / run.step;
        const QJsonObject reply = send(R"({"cmd":"report","id":)" + QByteArray::number(id) + R"(,"step":)" +
                                       QByteArray::number(run.step) + R"(,"value":)" +
                                       QByteArray::number(run.reported.last()) + '}');
        if (reply[QLatin1String("decision")] != QLatin1String(run.step < 40 ? "pause" : "continue"))
            qFatal("trial %d: unexpected decision at step %d", id, run.step);
    }

    Suggest m_suggest;
};

} // namespace

class TestCtlSuggestCopies : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// A copy names its parent and the step of its checkpoint, which the parent has reported and is best at.
    void aCopyNamesItsParent()
    {
        QList<QByteArray> first;
        for (int time = 0; time < 2; ++time) {
            Client client;
            QVERIFY(client.send(init(population))[QLatin1String("ok")].toBool());
            int copies = 0;
            for (int segment = 0; segment < 20; ++segment) {
                const int known = int(client.runs.size());
                const int id = client.segment();
                const Run& run = client.runs[id];
                if (id < known || run.parent < 0)
                    continue;
                ++copies;
                QCOMPARE(id, known);
                const Run& parent = client.runs[run.parent];
                const int start = run.step - 10;
                QVERIFY(parent.reported.contains(start));
                for (auto other = client.runs.begin(); other != client.runs.end(); ++other)
                    if (other.key() != id && other->reported.contains(start))
                        QVERIFY(parent.reported[start] <= other->reported[start]);
                QVERIFY(run.params != parent.params);
            }
            QVERIFY(copies >= 3);
            if (time == 0)
                first = client.replies;
            QCOMPARE(client.replies, first);
        }
    }

    /// What the copies replaced is not asked for again: each population has as many trials at the end.
    void whatIsReplacedEnds()
    {
        Client client;
        client.send(init(population));
        int ended = 0;
        while (ended < 5)
            ended += client.runs[client.segment()].step == 40;
        const auto waiting = std::ranges::count_if(client.runs, [](const Run& run) { return run.wasPaused; });
        const auto copies =
            std::ranges::count_if(client.runs, [](const Run& run) { return run.parent >= 0; });
        QCOMPARE(waiting, copies);
        const int next = client.segment();
        QCOMPARE(next, int(client.runs.size()) - 1); // the next population begins
    }

    void aCopyReportsOnlyWhatItHasTrained()
    {
        Client client;
        client.send(init(population));
        QJsonObject trial = client.ask();
        for (; !trial.contains(QLatin1String("parent")); trial = client.ask())
            client.run(trial);
        const QByteArray report = R"({"cmd":"report","value":1,"id":)" +
                                  QByteArray::number(trial[QLatin1String("id")].toInt()) + R"(,"step":)";
        const QJsonObject reply = client.send(report + "10}");
        QCOMPARE(reply[QLatin1String("error")].toString(),
                 QStringLiteral("step: expected more than 10, got 10"));
        QVERIFY(client.send(report + "11}")[QLatin1String("ok")].toBool());
    }

    void aPopulationNeedsAFidelity()
    {
        Suggest suggest;
        const QJsonObject reply = suggest(
            R"({"cmd":"init","space":[{"name":"x","type":"float","low":0,"high":1}],"algorithm":{"scheduler":"pbt"}})");
        QVERIFY2(reply[QLatin1String("error")].toString().startsWith(
                     QStringLiteral("algorithm.scheduler: pbt compares trials at steps")),
                 qPrintable(reply[QLatin1String("error")].toString()));
    }

    /// Ten comparisons, where the client says nothing else.
    void itIsComparedTenTimes()
    {
        Suggest suggest;
        suggest(init(R"({"scheduler":"pbt"})"));
        QCOMPARE(suggest(R"({"cmd":"ask"})")[QLatin1String("trial")][QLatin1String("target_step")].toInt(),
                 4);
    }
};

QTEST_GUILESS_MAIN(TestCtlSuggestCopies)
#include "tst_ctl_suggest_copies.moc"
