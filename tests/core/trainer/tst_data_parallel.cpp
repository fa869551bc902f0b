// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/data_parallel.h"
#include "core/trainer/engine/settings.h"

#include "core/trainer/engine/checkpoint.h"
#include "core/trainer/engine/training.h"
#include "core/trainer/families/events/event_writer.h"
#include "core/trainer/families/jets/jet_writer.h"
#include "core/trainer/families/registry.h"
#include "forked_workers.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <cmath>
#include <csignal>
#include <cstring>
#include <fstream>
#include <functional>
#include <sstream>

using namespace widthwise::trainer;

namespace {

/// Passes all on, remembers what every exchange gave this worker, and asks for a stop after some steps.
class Witness : public Communicator {
public:
    explicit Witness(Communicator& communicator, int stopAfter = 0)
        : m_communicator(communicator), m_stopAfter(stopAfter)
    {
    }

    int rank() const override { return m_communicator.rank(); }
    int size() const override { return m_communicator.size(); }
    void allReduceSum(std::span<float> values) override { sum(values); }
    void allReduceSum(std::span<double> values) override { sum(values); }
    void broadcast(std::span<std::byte> bytes) override
    {
        m_communicator.broadcast(bytes);
        remember(bytes);
    }
    void barrier() override { m_communicator.barrier(); }
    std::size_t seen() const { return m_seen; }

private:
    template <typename Real>
    void sum(std::span<Real> values)
    {
        m_communicator.allReduceSum(values);
        remember(std::as_bytes(values));
        constexpr std::size_t surelyAGradient = 2000;
        if (values.size() > surelyAGradient && ++m_steps == m_stopAfter) {
            std::raise(SIGTERM);
        }
    }

    void remember(std::span<const std::byte> bytes)
    {
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        m_seen = std::hash<std::string>()(std::to_string(m_seen) + std::string(text));
    }

    Communicator& m_communicator;
    int m_stopAfter;
    int m_steps = 0;
    std::size_t m_seen = 0;
};

using Seen = std::array<std::size_t, 2>;

QByteArray fileBytes(const std::string& path)
{
    QFile file(QString::fromStdString(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

double distance(const std::vector<std::byte>& a, const std::vector<std::byte>& b, bool doubles)
{
    const auto differ = [&]<typename Real>(Real) {
        std::vector<Real> x(a.size() / sizeof(Real));
        std::vector<Real> y(b.size() / sizeof(Real));
        std::memcpy(x.data(), a.data(), a.size());
        std::memcpy(y.data(), b.data(), b.size());
        double most = x.size() == y.size() ? 0 : INFINITY;
        for (std::size_t i = 0; i < x.size(); ++i) {
            most = std::fmax(most, std::abs(static_cast<double>(x[i]) - static_cast<double>(y[i])));
        }
        return most;
    };
    return doubles ? differ(double{}) : differ(float{});
}

} // namespace

class TestDataParallel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        writeSimulation({.path = path("jets.h5"), .jets = 2700, .seed = 3});
        writeToyEvents({.path = path("events.h5"), .events = 2700, .seed = 3});
        m_settings = parseSettings(R"({"data": "jets.h5", "width": 16, "base_width": 16, "heads": 2,
            "layers": 1, "jets": 900, "batch_size": 60, "epochs": 1.5, "log_every": 1, "validate_every": 5,
            "optimizer": "sgd", "momentum": 0.9, "max_lr": 0.05, "precision": "float64"})");
    }

    /// One worker on a batch is two on its halves.
    void twoWorkersAreOneOnTheWholeBatch_data()
    {
        QTest::addColumn<QByteArray>("changes");
        QTest::addColumn<double>("tolerance");
        QTest::newRow("jets") << QByteArray("{}") << 1e-13;
        // Slices with unequal numbers of tracks and pairs, and unequal weights.
        QTest::newRow("all tasks, class weights")
            << QByteArray(R"({"origin_task": true, "vertex_task": true, "class_weights": [1, 5, 0.2, 9],
                              "origin_weights": [1, 2, 3, 0, 5, 6, 7, 8]})")
            << 1e-13;
        // Slices of one jet each: in many no two tracks share a vertex.
        QTest::newRow("slices without a match")
            << QByteArray(R"({"vertex_task": true, "batch_size": 2, "epochs": 0, "steps": 40})") << 1e-13;
        QTest::newRow("clipped") << QByteArray(R"({"gradient_clip": 0.1, "origin_task": true})") << 1e-13;
        QTest::newRow("clipped, table 3")
            << QByteArray(R"({"gradient_clip": 0.1, "width": 32, "parametrization": "mup-table-3"})")
            << 1e-13;
        QTest::newRow("with a register")
            << QByteArray(R"({"register_token": true, "norm_after_readout": true, "vertex_task": true})")
            << 1e-13;
        QTest::newRow("streamed") << QByteArray(R"({"memory_gb": 1e-9, "jets": 2700, "batch_size": 200})")
                                  << 1e-13;
        QTest::newRow("mlp") << QByteArray(R"({"model": "mlp"})") << 1e-13;
        QTest::newRow("mlpf") << QByteArray(
                                     R"({"model": "mlpf", "data": "events.h5", "events": 900, "epochs": 1})")
                              << 1e-12;
        QTest::newRow("mlpf, streamed")
            << QByteArray(R"({"model": "mlpf", "data": "events.h5", "memory_gb": 1e-9, "events": 2700,
                              "batch_size": 200})")
            << 1e-12;
        QTest::newRow("fixed batch") << QByteArray(R"({"fixed_batch": true})") << 1e-13;
        // Few steps: sooner or later rounding puts an activation on the other side of its ReLU's kink.
        QTest::newRow("float32")
            << QByteArray(R"({"precision": "float32", "vertex_task": true, "vertex_loss_weight": 0.3,
                              "epochs": 0, "steps": 11, "validate_every": 5})")
            << 1e-5;
    }

    void twoWorkersAreOneOnTheWholeBatch()
    {
        QFETCH(QByteArray, changes);
        QFETCH(double, tolerance);
        Settings settings = changed(changes);
        QCOMPARE(train("one", settings, 1), (std::vector<int>{0}));
        settings.batchSize /= 2;
        QCOMPARE(train("two", settings, 2), (std::vector<int>{0, 0}));

        const Checkpoint one = loadCheckpoint(path("one/checkpoint.pt"));
        const Checkpoint two = loadCheckpoint(path("two/checkpoint.pt"));
        QCOMPARE(two.step, one.step);
        const bool doubles = settings.precision == Precision::Float64;
        QVERIFY2(distance(one.values, two.values, doubles) <= tolerance,
                 std::to_string(distance(one.values, two.values, doubles)).c_str());
        compareMetrics(tolerance);
    }

    void validationDoesNotDependOnTheWorkers()
    {
        Settings settings = changed(R"({"origin_task": true, "vertex_task": true, "max_lr": 0, "steps": 1,
                                        "initial_lr": 0, "final_lr": 0, "validation_fraction": 0.9})");
        settings.batchSize = 30; // the rates are 0: the networks are those of the start
        QCOMPARE(train("one", settings, 1), (std::vector<int>{0}));
        QCOMPARE(train("two", settings, 2), (std::vector<int>{0, 0}));
        for (const auto& [name, value] : metricsOf("one").last().toVariantMap().toStdMap()) {
            if (name.startsWith(QStringLiteral("val/"))) {
                QVERIFY(metricsOf("two").last().value(name).toDouble() == value.toDouble());
            }
        }
    }

    void workersHaveTheSameBitsInEveryRun()
    {
        Settings settings = changed(R"({"precision": "float32", "optimizer": "adam", "origin_task": true})");
        settings.batchSize = 30;
        const Shared<Seen> first;
        const Shared<Seen> second;
        QCOMPARE(train("a", settings, 2, &*first), (std::vector<int>{0, 0}));
        QCOMPARE(train("b", settings, 2, &*second), (std::vector<int>{0, 0}));
        QVERIFY(first->at(0) == first->at(1));
        QVERIFY(*first == *second);
        QVERIFY(loadCheckpoint(path("a/checkpoint.pt")).values ==
                loadCheckpoint(path("b/checkpoint.pt")).values);
    }

    void glooTrainsLikeSharedMemory()
    {
#ifndef WIDTHWISE_GLOO
        QSKIP("built without Gloo");
#endif
        Settings settings = changed(R"({"origin_task": true, "epochs": 1})");
        settings.batchSize = 30;
        QCOMPARE(train("one", settings, 2), (std::vector<int>{0, 0}));
        settings.communication = Communication::Gloo;
        QCOMPARE(train("two", settings, 2), (std::vector<int>{0, 0}));
        compareMetrics(1e-13);
    }

    /// The signal comes to worker 1, and the sixth step is the last of both.
    void aStopAtOneWorkerStopsAllAtTheSameStep()
    {
        Settings settings = changed(R"({"precision": "float32", "optimizer": "adam", "cycle_beta1": true})");
        settings.batchSize = 30;
        QCOMPARE(train("whole", settings, 2), (std::vector<int>{0, 0}));
        const int stopped = static_cast<int>(Outcome::Stopped);
        QCOMPARE(train("pieces", settings, 2, nullptr, {}, 6), (std::vector<int>{stopped, stopped}));
        const std::string checkpoint = path("pieces/checkpoint.pt");
        QCOMPARE(loadCheckpoint(checkpoint).step, 6);
        QFile::copy(QString::fromStdString(checkpoint), m_folder.filePath(QStringLiteral("six.pt")));
        QCOMPARE(train("pieces", settings, 2, nullptr, checkpoint), (std::vector<int>{0, 0}));

        const Checkpoint whole = loadCheckpoint(path("whole/checkpoint.pt"));
        const Checkpoint pieces = loadCheckpoint(checkpoint);
        QCOMPARE(pieces.step, whole.step);
        QVERIFY(whole.values == pieces.values);
        QVERIFY(whole.first == pieces.first);
        QVERIFY(whole.second == pieces.second);
        QVERIFY(metricsOf("pieces") == metricsOf("whole"));
        QCOMPARE(fileBytes(path("pieces/notices")), QByteArray());

        QCOMPARE(train("fewer", settings, 1, nullptr, path("six.pt")), (std::vector<int>{0}));
        QCOMPARE(fileBytes(path("fewer/notices")), "notice: workers was 2 before and is 1 now\n");
    }

    void allNoticeThatTheRunDiverges()
    {
        Settings settings = changed(R"({"max_lr": 1e12, "schedule": "constant", "momentum": 0})");
        const int diverged = static_cast<int>(Outcome::Diverged);
        QCOMPARE(train("far", settings, 2), (std::vector<int>{diverged, diverged}));
        QVERIFY(fileBytes(path("far/metrics.jsonl")).contains("\"train/loss\":NaN"));
    }

    void moreThanAllJetsIsAnError()
    {
        Settings settings = m_settings;
        settings.batchSize = 1500;
        QCOMPARE(train("none", settings, 2), (std::vector<int>{98, 98}));
        QCOMPARE(fileBytes(path("none/error")),
                 QByteArray("batch_size 1500 of each of 2 workers is more than the "
                            "720 training jets in ") +
                     path("jets.h5").c_str());
    }

private:
    std::string path(const std::string& name) const
    {
        return m_folder.path().toStdString() + "/" + name;
    }

    Settings changed(const QByteArray& changes) const
    {
        QJsonObject json = QJsonDocument::fromJson(toJson(m_settings).c_str()).object();
        const QJsonObject other = QJsonDocument::fromJson(changes).object();
        for (auto entry = other.begin(); entry != other.end(); ++entry) {
            json.insert(entry.key(), entry.value());
        }
        return parseSettings(QJsonDocument(json).toJson().toStdString());
    }

    /// Each worker's Outcome, or 98 for an error, whose text is then in the file `error`.
    std::vector<int> train(const std::string& folder, Settings settings, int workers, Seen* seen = nullptr,
                           const std::string& checkpoint = {}, int stopAfter = 0)
    {
        settings.workers = workers;
        QDir(m_folder.path()).mkpath(QString::fromStdString(folder));
        if (checkpoint.empty()) {
            QFile::remove(QString::fromStdString(path(folder + "/metrics.jsonl")));
        }
        const auto work = [&](Communicator& communicator) {
            Witness witness(communicator, communicator.rank() == 1 ? stopAfter : 0);
            std::ostringstream progress;
            std::ofstream notices;
            if (communicator.leads()) {
                notices.open(path(folder + "/notices"));
            }
            try {
                const TrainRequest request{settings, path(folder), path("."), checkpoint};
                const Outcome outcome =
                    widthwise::trainer::train(familyOf(settings), request, progress, notices, witness);
                if (seen != nullptr) {
                    (*seen)[static_cast<std::size_t>(communicator.rank())] = witness.seen();
                }
                notices.close();
                return static_cast<int>(outcome);
            } catch (const std::exception& error) {
                std::ofstream(path(folder + "/error")) << error.what();
                return 98;
            }
        };
        const Communication communication = communicationFor(settings.communication, true);
        if (workers == 1) {
            return runWorkers(1, Communication::SharedMemory, [&](Communicator&) { return work(alone()); });
        }
        return runWorkers(workers, communication, work);
    }

    QList<QJsonObject> metricsOf(const std::string& folder) const
    {
        QList<QJsonObject> lines;
        for (const QByteArray& line : fileBytes(path(folder + "/metrics.jsonl")).split('\n')) {
            if (!line.isEmpty()) {
                QJsonObject json = QJsonDocument::fromJson(line).object();
                QJsonObject metrics = json.value(QStringLiteral("metrics")).toObject();
                metrics.insert(QStringLiteral("step"), json.value(QStringLiteral("step")));
                metrics.insert(QStringLiteral("epoch"), json.value(QStringLiteral("epoch")));
                lines.append(metrics);
            }
        }
        return lines;
    }

    /// Between the folders `one` and `two`.
    void compareMetrics(double tolerance) const
    {
        const QList<QJsonObject> one = metricsOf("one");
        const QList<QJsonObject> two = metricsOf("two");
        QVERIFY(one.size() > 10);
        QCOMPARE(two.size(), one.size());
        for (qsizetype i = 0; i < one.size(); ++i) {
            QCOMPARE(two[i].keys(), one[i].keys());
            for (const QString& name : one[i].keys()) {
                const double a = one[i].value(name).toDouble();
                const double b = two[i].value(name).toDouble();
                const double allowed = name.endsWith(QStringLiteral("accuracy")) ? 0 : tolerance * 10;
                QVERIFY2(std::abs(a - b) <= allowed, qPrintable(name));
            }
        }
    }

    QTemporaryDir m_folder;
    Settings m_settings;
};

QTEST_GUILESS_MAIN(TestDataParallel)
#include "tst_data_parallel.moc"
