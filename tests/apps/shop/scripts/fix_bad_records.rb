# A one-off repair, run as: rails runner scripts/fix_bad_records.rb
bad = Order.where("cents < 0")
puts "#{bad.count} bad records"
bad.update_all("cents = -cents")
