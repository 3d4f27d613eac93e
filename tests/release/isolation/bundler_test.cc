#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "release/isolation/isolation_survey.h"
#include "tests/release/temporary_folder.h"

namespace release {
namespace {

using ::testing::ElementsAre;

constexpr const char* kRubyGemsStub =
    "#!/usr/bin/ruby3.1\nrequire 'rubygems'\nload Gem.activate_bin_path('annotate', 'tool', "
    "version)\n";
constexpr const char* kLock =
    "GEM\n  remote: x\n  specs:\n    annotate (3.2)\n      rake (>= 10)\n    puma (6.0)\n"
    "    date (3.3)\n    solargraph (1)\n\nPLATFORMS\n    ruby\n\nDEPENDENCIES\n    nogem\n";

class BundledRelease : public ::testing::Test {
 protected:
  BundledRelease() {
    app.name = "shop";
    app.file = "etc/apps/shop.json";
    directory = folder.path() + "/release";
    folder.Write("release/Gemfile", "");
    folder.Write("release/Gemfile.lock", kLock);
    folder.Write("path/bundle", "#!/bin/sh\n", 0755);
    folder.Write("path/tool", kRubyGemsStub, 0755);
    folder.Write("path/date",
                 "\x7f"
                 "ELF",
                 0755);
    environment.Set("PATH", "relative::" + folder.path() + "/path", "base");
  }

  IsolationFindings Find(std::vector<std::string> programs) const {
    return SurveyIsolation({app, directory, environment, std::move(programs)}).value();
  }
  std::vector<std::string> Argv(const std::vector<std::string>& words) const {
    const auto argv = Isolate(Find({words[0]}).layers, words);
    return argv ? *argv : std::vector<std::string>{argv.error().message};
  }

  TemporaryFolder folder;
  std::string directory;
  App app;
  Variables environment;
};

TEST_F(BundledRelease, TheBundlesExecutablesAreWrapped) {
  EXPECT_THAT(Argv({"rake", "db:migrate"}), ElementsAre("bundle", "exec", "rake", "db:migrate"));
  EXPECT_THAT(Argv({"rails"}), ElementsAre("bundle", "exec", "rails"));
  EXPECT_THAT(Argv({"pumactl"}), ElementsAre("bundle", "exec", "pumactl"));  // well known
  EXPECT_THAT(Argv({"tool"}), ElementsAre("bundle", "exec", "tool"));        // RubyGems' script
  EXPECT_THAT(Argv({"solargraph"}), ElementsAre("bundle", "exec", "solargraph"));  // gem's own name
}

TEST_F(BundledRelease, EverythingElseIsAsTyped) {
  for (const char* word : {"ls", "psql", "bundle", "bin/rake", "./x", "nogem", "ruby",
                           "date"}) {  // date is a gem, but also the system's program
    EXPECT_THAT(Argv({word, "exec", "rake"}), ElementsAre(word, "exec", "rake"));
  }
}

TEST_F(BundledRelease, ABinstubThatLoadsBundlerIsTakenAsItIs) {
  folder.Write("release/bin/rake", "#!/usr/bin/env ruby\nrequire 'bundler/setup'\n", 0755);
  EXPECT_THAT(Argv({"rake", "x"}), ElementsAre("bin/rake", "x"));
  folder.Write("release/bin/rails", "#!/usr/bin/env ruby\nrequire_relative '../config/boot'\n",
               0755);
  EXPECT_THAT(Argv({"rails"}), ElementsAre("bundle", "exec", "rails"));  // boot loads nothing
  folder.Write("release/config/boot.rb", "require 'bundler/setup'\n");
  EXPECT_THAT(Argv({"rails"}), ElementsAre("bin/rails"));
}

TEST_F(BundledRelease, ABinstubThatLoadsNoBundlerIsNot) {
  folder.Write("release/bin/rake", "#!/bin/sh\n", 0755);
  folder.Write("release/bin/rails", "#!/usr/bin/env ruby\nrequire 'bundler/setup'\n", 0644);
  EXPECT_THAT(Argv({"rake"}), ElementsAre("bundle", "exec", "rake"));
  EXPECT_THAT(Argv({"rails"}), ElementsAre("bundle", "exec", "rails"));
}

TEST_F(BundledRelease, AMissingBundleIsSaid) {
  environment.Set("PATH", "/nonexistent", "base");
  EXPECT_THAT(Argv({"ls"}), ElementsAre("ls"));
  EXPECT_THAT(Argv({"rake"}),
              ElementsAre("rake belongs to the bundle of " + directory +
                          "/Gemfile, but there is no program bundle on the app's PATH; the app "
                          "file's \"path\" may lead to it"));
}

TEST_F(BundledRelease, WithoutAGemfileThereIsNothingToIsolate) {
  std::filesystem::remove(directory + "/Gemfile");
  EXPECT_THAT(Argv({"rake"}), ElementsAre("rake"));
  app.isolation = {false, {IsolationKind::kBundler}};
  const auto found = SurveyIsolation({app, directory, environment, {}});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().status, kUnusable);
  EXPECT_EQ(found.error().message,
            "shop: " + directory + " has no Gemfile, and etc/apps/shop.json asks for \"bundler\"");
}

TEST_F(BundledRelease, IsolationNoneIsObeyed) {
  app.isolation = {false, {}};
  EXPECT_THAT(Argv({"rake"}), ElementsAre("rake"));
}

TEST_F(BundledRelease, AConfiguredGemfileOfThisReleaseIsUsed) {
  folder.Write("release/gemfiles/next.gemfile", "");
  environment.Set("BUNDLE_GEMFILE", "gemfiles/next.gemfile", "shared/.env:1");
  EXPECT_EQ(Find({}).layers.at(0).what, directory + "/gemfiles/next.gemfile");
}

TEST_F(BundledRelease, AnotherReleasesGemfileIsNot) {
  environment.Set("BUNDLE_GEMFILE", directory + "/../other/Gemfile", "shared/.env:1");
  const IsolationFindings findings = Find({});
  EXPECT_EQ(findings.layers.at(0).what, directory + "/Gemfile");
  EXPECT_THAT(findings.warnings,
              ElementsAre("shared/.env:1: BUNDLE_GEMFILE leads out of this release; the release's "
                          "own Gemfile is used"));
}

TEST_F(BundledRelease, WhatAnotherBundleLeftIsCleared) {
  environment.Set("BUNDLE_GEMFILE", "/old/Gemfile", "x");
  environment.Set("BUNDLE_BIN_PATH", "/old", "x");
  environment.Set("BUNDLER_ORIG_PATH", "/old", "x");
  environment.Set("BUNDLE_WITHOUT", "test", "x");
  environment.Set("RUBYOPT", "-W0 -rbundler/setup", "x");
  IsolateEnvironment(Find({}).layers, environment);
  EXPECT_EQ(environment.Find("BUNDLE_GEMFILE")->value, directory + "/Gemfile");
  EXPECT_EQ(environment.Find("BUNDLE_GEMFILE")->source, "isolation (bundler)");
  EXPECT_EQ(environment.Find("BUNDLE_BIN_PATH"), nullptr);
  EXPECT_EQ(environment.Find("BUNDLER_ORIG_PATH"), nullptr);
  EXPECT_EQ(environment.Find("BUNDLE_WITHOUT")->value, "test");
  EXPECT_EQ(environment.Find("RUBYOPT")->value, "-W0");
  environment.Set("RUBYOPT", "-r/usr/lib/ruby/bundler/setup", "x");
  IsolateEnvironment(Find({}).layers, environment);
  EXPECT_EQ(environment.Find("RUBYOPT"), nullptr);
}

TEST_F(BundledRelease, AppsWithoutABundleKeepTheirRubyopt) {
  std::filesystem::remove(directory + "/Gemfile");
  environment.Set("RUBYOPT", "-rbundler/setup", "x");
  IsolateEnvironment(Find({}).layers, environment);
  EXPECT_EQ(environment.Find("RUBYOPT")->value, "-rbundler/setup");
}

}  // namespace
}  // namespace release
