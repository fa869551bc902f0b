// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/metrics_collector.h"

#include <QTest>
#include <cmath>
#include <random>

using namespace widthwise;

namespace {

bool same(const MetricSamples& a, const MetricSamples& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.first == y.first &&
               std::equal(x.second.begin(), x.second.end(), y.second.begin(), y.second.end(),
                          [](const MetricSample& p, const MetricSample& q) {
                              return p.step == q.step &&
                                     (p.value == q.value || (std::isnan(p.value) && std::isnan(q.value)));
                          });
    });
}

MetricSamples readAll(const Collector& collector, const std::string& text, std::string* problem = nullptr)
{
    MetricSamples samples;
    const auto reader = makeCollector(collector, {});
    reader->take(text, true, samples);
    if (problem)
        *problem = toText(reader->notices());
    return samples;
}

/// Reads `text` in stretches of random length, with a restart from the saved state after each.
MetricSamples readInPieces(const Collector& collector, const std::string& text, unsigned seed)
{
    std::mt19937 random(seed);
    MetricSamples samples;
    std::string state;
    std::size_t offset = 0;
    for (std::size_t seen = 0; seen < text.size();) {
        seen = std::min<std::size_t>(text.size(), seen + 1 + random() % 40);
        const auto reader = makeCollector(collector, state);
        offset +=
            reader->take(std::string_view(text).substr(offset, seen - offset), seen == text.size(), samples);
        state = reader->state();
    }
    return samples;
}

} // namespace

class TestCollectors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsReports()
    {
        const MetricSamples samples = readAll(
            JsonLinesCollector{}, R"({"step":120,"epoch":1.5,"time":33.1,"metrics":{"train/loss":0.71,"lr":1}}
{"metrics":{"train/loss":-2e-3},"step":121.0,"more":{"metrics":{"no":1}},"list":[1,{"step":5}],"text":"x"}
)");
        QVERIFY(same(samples, {{"train/loss", {{120, 0.71}, {121, -2e-3}}}, {"lr", {{120, 1}}}}));
    }

    void readsStepsOf64Bits()
    {
        const MetricSamples samples = readAll(JsonLinesCollector{}, R"({"step":2147483648,"metrics":{"a":1}}
{"step":4294967296,"metrics":{"a":2,"b":18446744073709551615}}
{"step":5000000000,"metrics":{"a":3}}
{"step":9223372036854775807,"metrics":{"a":4}}
)");
        QVERIFY(same(samples,
                     {{"a", {{2147483648, 1}, {4294967296, 2}, {5000000000, 3}, {9223372036854775807, 4}}},
                      {"b", {{4294967296, 0x1p64}}}}));
    }

    void keepsWhatIsNotFinite()
    {
        const MetricSamples samples = readAll(
            JsonLinesCollector{}, "{\"step\":1,\"metrics\":{\"a\":NaN,\"b\":Infinity,\"c\":-Infinity}}\n");
        QVERIFY(std::isnan(samples.at("a")[0].value));
        QCOMPARE(samples.at("b")[0].value, INFINITY);
        QCOMPARE(samples.at("c")[0].value, -INFINITY);
    }

    void countsValuesThatAreNoNumbers()
    {
        std::string problem;
        const MetricSamples samples = readAll(JsonLinesCollector{},
                                              "{\"step\":1,\"metrics\":{\"g\":7,\"a\":\"0.5\",\"b\":null,"
                                              "\"c\":true,\"d\":[1,2],\"e\":{\"f\":1}},"
                                              "\"note\":\"x\",\"more\":[null]}\n",
                                              &problem);
        QVERIFY(same(samples, {{"g", {{1, 7}}}}));
        QCOMPARE(problem,
                 std::string("5 values of metrics.jsonl are no numbers and were skipped, the first is "
                             "a: \"0.5\" in line 1"));
        readAll(JsonLinesCollector{}, "{\"step\":1,\"metrics\":{\"b\":null}}\n", &problem);
        QCOMPARE(problem,
                 std::string("1 value of metrics.jsonl is no number and was skipped: b: null in line 1"));
    }

    /// As programs write it whose JSON has no other way to.
    void readsTextThatSaysWhatIsNotFinite()
    {
        std::string problem;
        const MetricSamples samples = readAll(
            JsonLinesCollector{},
            "{\"step\":1,\"metrics\":{\"a\":\"NaN\",\"b\":\"-inf\",\"c\":\"Infinity\",\"d\":\"nan\"}}\n",
            &problem);
        QVERIFY(
            same(samples,
                 {{"a", {{1, NAN}}}, {"b", {{1, -INFINITY}}}, {"c", {{1, INFINITY}}}, {"d", {{1, NAN}}}}));
        QCOMPARE(problem, std::string());
    }

    void tellsOfReportsWithoutMetrics()
    {
        for (const std::string report : {R"({"step":1,"metrics":{}})", R"({"step":1})",
                                         R"({"step":1,"metrics":0.5})", R"({"step":1,"metrics":[0.5]})"}) {
            std::string problem;
            QVERIFY(readAll(JsonLinesCollector{}, report + '\n', &problem).empty());
            QCOMPARE(problem, "line 1 of metrics.jsonl has no metrics: " + report);
            readAll(JsonLinesCollector{}, report + '\n' + report + '\n', &problem);
            QVERIFY2(problem.starts_with("2 lines of metrics.jsonl have no metrics, the first is line 1"),
                     problem.c_str());
        }
    }

    void skipsCountsAndNamesMalformedLines_data()
    {
        QTest::addColumn<std::string>("line");
        QTest::newRow("text") << std::string("Epoch 1 done");
        QTest::newRow("truncated") << std::string("{\"step\":2,\"metrics\":{\"a\":");
        QTest::newRow("no step") << std::string("{\"metrics\":{\"a\":3}}");
        QTest::newRow("negative step") << std::string("{\"step\":-1,\"metrics\":{\"a\":3}}");
        QTest::newRow("fractional step") << std::string("{\"step\":1.5,\"metrics\":{\"a\":3}}");
        QTest::newRow("step beyond 2^63 - 1")
            << std::string("{\"step\":9223372036854775808,\"metrics\":{\"a\":3}}");
        QTest::newRow("step beyond what a float holds")
            << std::string("{\"step\":1e17,\"metrics\":{\"a\":3}}");
        QTest::newRow("text step") << std::string("{\"step\":\"2\",\"metrics\":{\"a\":3}}");
        QTest::newRow("array") << std::string("[1,2]");
        QTest::newRow("two objects") << std::string("{\"step\":2,\"metrics\":{\"a\":3}}{\"step\":3}");
        QTest::newRow("bytes") << std::string("\xff\xfe{\"step\":2}");
        QTest::newRow("nul") << std::string("\0\0\0\0", 4);
        QTest::newRow("deep") << std::string(100'000, '[');
        QTest::newRow("deep inside") << "{\"step\":2,\"a\":" + std::string(100'000, '[');
    }

    void skipsCountsAndNamesMalformedLines()
    {
        QFETCH(std::string, line);
        std::string problem;
        const MetricSamples samples = readAll(JsonLinesCollector{},
                                              "{\"step\":1,\"metrics\":{\"a\":1}}\n" + line +
                                                  "\n\n{\"step\":9,\"metrics\":{\"a\":9}}\n",
                                              &problem);
        QVERIFY(same(samples, {{"a", {{1, 1}, {9, 9}}}}));
        QVERIFY2(problem.starts_with("line 2 of metrics.jsonl could not be read"), problem.c_str());
        readAll(JsonLinesCollector{}, line + '\n' + line + '\n', &problem);
        QVERIFY2(problem.starts_with("2 lines of metrics.jsonl"), problem.c_str());
        QVERIFY(problem.size() < 400);
    }

    void waitsForTheRestOfALine()
    {
        const auto reader = makeCollector(JsonLinesCollector{}, {});
        MetricSamples samples;
        const std::string first = "{\"step\":1,\"metrics\":{\"a\":1}}\n";
        QCOMPARE(reader->take(first + "{\"step\":2", false, samples), first.size());
        QCOMPARE(reader->take("{\"step\":2,\"metrics\":{\"a\":2}}\n", false, samples), 29U);
        QCOMPARE(samples.at("a").size(), 2U);
        QVERIFY(reader->notices().empty());
    }

    void takesALastLineWithoutItsNewline()
    {
        QCOMPARE(readAll(JsonLinesCollector{}, "{\"step\":1,\"metrics\":{\"a\":1}}").size(), 1U);
    }

    void passesOverALineWithoutEnd()
    {
        const auto reader = makeCollector(JsonLinesCollector{}, {});
        MetricSamples samples;
        const std::string flood(2 << 20, 'x');
        for (int i = 0; i < 5; ++i)
            QCOMPARE(reader->take(flood, false, samples), flood.size());
        const std::string rest = "x\n{\"step\":1,\"metrics\":{\"a\":1}}\n";
        QCOMPARE(reader->take(rest, false, samples), rest.size());
        QVERIFY(same(samples, {{"a", {{1, 1}}}}));
        QVERIFY(toText(reader->notices()).starts_with("line 1 of metrics.jsonl is longer than 2 MiB"));
    }

    void readsTheSameInAnyPieces_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<std::string>("text");
        std::string jsonLines;
        std::string output = "starting\n";
        std::string csv = "epoch,loss,step,\"a,b\"\n";
        for (int i = 0; i < 40; ++i) {
            const std::string n = std::to_string(i);
            jsonLines +=
                i % 7 == 3 ? "garbage\r\n" : "{\"step\":" + n + ",\"metrics\":{\"loss\":0." + n + "}}\r\n";
            output += "epoch " + n + ": loss=0." + n + " acc=1\nnoise\n";
            csv += n + (i % 3 ? ",0." + n + "," : ",,") + n + ",\"" + n + "\"\n";
        }
        QTest::newRow("json lines") << 0 << jsonLines;
        QTest::newRow("stdout") << 1 << output;
        QTest::newRow("csv") << 2 << csv;
    }

    void readsTheSameInAnyPieces()
    {
        QFETCH(int, kind);
        QFETCH(std::string, text);
        const std::vector<Collector> collectors{JsonLinesCollector{}, StdoutCollector{R"((\w+)=([-+.\w]+))"},
                                                CsvCollector{"metrics.csv"}};
        const Collector& collector = collectors[static_cast<std::size_t>(kind)];
        const MetricSamples whole = readAll(collector, text);
        QVERIFY(whole.at("loss").size() > 10);
        for (unsigned seed = 0; seed < 50; ++seed)
            QVERIFY(same(readInPieces(collector, text, seed), whole));
    }

    void countsLinesWhereOutputNamesNoStep()
    {
        const MetricSamples samples =
            readAll(StdoutCollector{R"((loss|acc)=(\S+))"}, "loss=3\nhello\nacc=0.5\nloss=nan\nloss=1e-3\n");
        QVERIFY(same(samples, {{"loss", {{0, 3}, {1, NAN}, {2, 1e-3}}}, {"acc", {{0, 0.5}}}}));
    }

    void takesTheStepThatOutputNames()
    {
        const MetricSamples samples =
            readAll(StdoutCollector{R"(^(\w+): (\S+) at (\d+))"}, "loss: 3 at 100\nloss: 2 at 200\n");
        QVERIFY(same(samples, {{"loss", {{100, 3}, {200, 2}}}}));
    }

    void namesAMatchThatIsNoNumber()
    {
        std::string problem;
        readAll(StdoutCollector{R"((loss)=(\S+))"}, "loss=1\nloss=oops\n", &problem);
        QVERIFY(problem.starts_with("line 2 of stdout.log"));
    }

    void survivesAVeryLongLineOfOutput()
    {
        const MetricSamples samples =
            readAll(StdoutCollector{R"((?:.|x)*(loss)=(\S+))"}, std::string(200'000, 'x') + "\nloss=1\n");
        QVERIFY(same(samples, {{"loss", {{0, 1}}}}));
    }

    void knowsBackReferences()
    {
        QVERIFY(same(readAll(StdoutCollector{R"((\w+)=(\S+) \1)"}, "loss=1 acc\nloss=2 loss\n"),
                     {{"loss", {{0, 2}}}}));
    }

    void refusesAnExpressionThatIsNone()
    {
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, makeCollector(StdoutCollector{"("}, {}));
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, makeCollector(StdoutCollector{"(loss)"}, {}));
    }

    void readsLightningsMetrics()
    {
        const MetricSamples samples = readAll(CsvCollector{"metrics.csv"}, "epoch,step,train_loss,val_loss\n"
                                                                           "0,49,0.5,\n"
                                                                           "0,49,,0.6\n"
                                                                           "1,99,0.4,nan\n");
        QVERIFY(same(samples, {{"epoch", {{49, 0}, {49, 0}, {99, 1}}},
                               {"train_loss", {{49, 0.5}, {99, 0.4}}},
                               {"val_loss", {{49, 0.6}, {99, NAN}}}}));
    }

    void countsRowsWhereThereIsNoStep()
    {
        QVERIFY(same(readAll(CsvCollector{"m.csv"}, "a\n5\n6\n"), {{"a", {{0, 5}, {1, 6}}}}));
    }
};

QTEST_APPLESS_MAIN(TestCollectors)
#include "tst_collectors.moc"
