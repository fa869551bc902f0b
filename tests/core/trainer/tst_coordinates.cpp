// SPDX-License-Identifier: GPL-3.0-or-later
// Coordinate checks of the bundled models with the whole trainer: real jets, real schedule, and the verdict
// that people see.
#include "core/analysis/coordinate_check.h"
#include "core/trainer/engine/settings.h"
#include "core/trainer/engine/training.h"
#include "core/trainer/families/gn2/gn2_settings.h"
#include "core/trainer/families/jets/jet_writer.h"
#include "core/trainer/families/registry.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <numeric>
#include <sstream>

using namespace widthwise;
using namespace widthwise::trainer;

namespace {

const std::vector<std::int64_t> widths{32, 64, 128, 256, 512};

/// The first update of one-cycle does nothing at a rate of 1e-7; the second is the first at full rate.
constexpr const char* common = R"({"data": "jets.h5", "base_width": 32, "fixed_batch": true,
    "statistics_every": 1, "log_every": 1000, "initial_lr": 1e-7, "warmup_fraction": 0.1)";
constexpr const char* perceptron = R"("model": "mlp", "layers": 3, "batch_size": 64, "steps": 6,
    "max_lr": 0.01)";

/// Heads of one width: with a fixed number of heads, query·key has a part that falls as 1/√(head width) and
/// outweighs the aligned part unless heads are wide and tokens few. See `oneHead`. The vertices' loss is
/// divided by the few pairs that match: with its usual weight it would be most of what is learnt.
constexpr const char* transformer = R"("layers": 1, "batch_size": 16, "steps": 5, "max_lr": 0.004,
    "head_width": 8, "zero_readout": true, "origin_task": true, "vertex_task": true,
    "vertex_loss_weight": 0.3)";
constexpr const char* registered = R"("register_token": true, "norm_after_readout": true)";
constexpr const char* oneHead = R"("layers": 1, "batch_size": 2, "steps": 5, "max_lr": 0.002, "heads": 1,
    "zero_readout": true, "zero_query": true, "schedule": "cosine", "warmup_steps": 1)";

std::string joined(const std::string& model, const std::string& extra)
{
    return std::string(common) + ", " + model + (extra.empty() ? "" : ", " + extra) + "}";
}

} // namespace

class TestCoordinates : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        writeSimulation({.path = path("jets.h5"), .jets = 100, .seed = 1});
    }

    void maximalHoldsAtEveryWidth_data()
    {
        QTest::addColumn<std::string>("settings");
        QTest::newRow("mlp") << joined(perceptron, "");
        QTest::newRow("mlp, table 3") << joined(perceptron, R"("parametrization": "mup-table-3")");
        QTest::newRow("gn2, heads of one width") << joined(transformer, "");
        QTest::newRow("gn2, one head") << joined(oneHead, "");
    }

    void maximalHoldsAtEveryWidth()
    {
        QFETCH(std::string, settings);
        const CheckAnalysis analysis = analyze(records(settings, 5));
        int judged = 0;
        for (const LayerSlope& slope : analysis.slopes) {
            const bool isJudged = slope.t >= 3 && slope.kind != LayerKind::BehindReadout;
            judged += isJudged ? 1 : 0;
            QVERIFY2(!isJudged || std::abs(slope.slope.value) < 0.1, describe(slope).constData());
        }
        QVERIFY(judged >= 12);
        QVERIFY2(analysis.verdicts.at(0).result == CheckResult::Holds,
                 analysis.verdicts.at(0).sentence.c_str());
    }

    /// The token and the norm behind the readout: what grows is as flat as without them.
    void aRegisterKeepsTheEncoderMaximal()
    {
        const auto slopes = layerSlopes(records(joined(transformer, registered), 3));
        int judged = 0;
        for (const LayerSlope& slope : slopes) {
            if (slope.t >= 3 && slope.kind != LayerKind::BehindReadout &&
                slope.layer.starts_with("encoder.")) {
                ++judged;
                QVERIFY2(std::abs(slope.slope.value) < 0.1, describe(slope).constData());
            }
        }
        QVERIFY(judged >= 12);
    }

    void whatIsNotMaximalFails_data()
    {
        QTest::addColumn<std::string>("settings");
        QTest::addColumn<std::string>("layer");
        QTest::addColumn<int>("seeds");
        const auto row = [](const char* name, const char* model, const char* extra, const char* layer,
                            int seeds = 3) {
            QTest::newRow(name) << joined(model, extra) << std::string(layer) << seeds;
        };
        row("mlp, sp", perceptron, R"("parametrization": "sp")", "readout");
        row("mlp without multipliers", perceptron, R"("ablate": ["multipliers"])", "readout");
        row("mlp without learning rates", perceptron, R"("ablate": ["learning-rates"])", "hidden.2");
        row("mlp, table 3 without initialization", perceptron,
            R"("parametrization": "mup-table-3", "ablate": ["initialization"])", "readout");
        row("mlp, table 3 without learning rates", perceptron,
            R"("parametrization": "mup-table-3", "ablate": ["learning-rates"])", "hidden.2");
        row("gn2, sp", transformer, R"("parametrization": "sp")", "encoder.readout", 2);
        row("gn2 with a register, sp", transformer,
            (std::string(registered) + R"(, "parametrization": "sp")").c_str(), "encoder.readout", 2);
        row("gn2 without multipliers", transformer, R"("ablate": ["multipliers"])", "encoder.readout", 2);
        row("gn2 without learning rates", transformer, R"("ablate": ["learning-rates"])",
            "encoder.0.feedforward.1");
        row("gn2 without attention's scale", oneHead, R"("ablate": ["attention"])",
            "encoder.0.attention.logits", 2);
    }

    /// `layer` grows, and the verdict says that the check fails.
    void whatIsNotMaximalFails()
    {
        QFETCH(std::string, settings);
        QFETCH(std::string, layer);
        QFETCH(int, seeds);
        const CheckAnalysis analysis = analyze(records(settings, seeds));
        double steepest = 0;
        for (const LayerSlope& slope : analysis.slopes) {
            if (slope.t >= 3 && slope.layer == layer) {
                steepest = std::max(steepest, slope.slope.value);
            }
        }
        QVERIFY2(steepest > 0.25, QByteArray::number(steepest).constData());
        QVERIFY2(analysis.verdicts.at(0).result == CheckResult::Fails,
                 analysis.verdicts.at(0).sentence.c_str());
    }

private:
    std::string path(const std::string& name) const { return m_folder.path().toStdString() + "/" + name; }

    static QByteArray describe(const LayerSlope& slope)
    {
        return QByteArray::fromStdString(slope.layer) + " t=" + QByteArray::number(qint64{slope.t}) +
               " slope " + QByteArray::number(slope.slope.value);
    }

    CheckRecords records(const std::string& json, int seeds)
    {
        CheckRecords records;
        Settings settings = parseSettings(json);
        records.model = {.headsGrow = settings.of<Gn2Settings>().headWidth == 0,
                         .readoutBias = false,
                         .sgd = settings.optimizer == OptimizerKind::Sgd};
        for (settings.seed = 1; settings.seed <= seeds; ++settings.seed) {
            for (const std::int64_t width : widths) {
                settings.width = width;
                addTrial(settings, records.coordinates);
            }
        }
        return records;
    }

    void addTrial(const Settings& settings, std::vector<CoordinateRecord>& records)
    {
        const QString trial = QString::fromStdString(path("trial"));
        QDir(trial).removeRecursively();
        QDir().mkpath(trial);
        std::ostringstream progress;
        train(familyOf(settings), {settings, path("trial"), path("."), {}}, progress, progress);
        QFile file(trial + QStringLiteral("/metrics.jsonl"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const std::string prefix = "coordinate/";
        const std::string suffix = "/l1";
        while (!file.atEnd()) {
            const QJsonObject line = QJsonDocument::fromJson(file.readLine()).object();
            const QJsonObject metrics = line.value(QStringLiteral("metrics")).toObject();
            for (auto metric = metrics.begin(); metric != metrics.end(); ++metric) {
                const std::string name = metric.key().toStdString();
                if (name.starts_with(prefix) && name.ends_with(suffix)) {
                    records.push_back(
                        {"", settings.width, settings.seed, line.value(QStringLiteral("step")).toInteger(),
                         name.substr(prefix.size(), name.size() - prefix.size() - suffix.size()),
                         metric.value().toDouble()});
                }
            }
        }
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestCoordinates)
#include "tst_coordinates.moc"
